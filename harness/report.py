"""How a failed check reads: what failed, what that usually means, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import NotDecided

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.integrity import Fact

_DRIFT = "the schema was changed by hand, or never got this change"


def expect(what: str, actual: Any, expected: Any, script: str | None = None) -> None:
    """Fail with three lines unless actual equals expected. script: the migration that brings it about, if one does."""
    if actual != expected:
        found = "missing" if actual is None else repr(actual)
        pytest.fail(_page(f"{what}: expected {expected!r}, found {found}", script), pytrace=False)


def expect_some_rows(what: str, fact: Fact) -> None:
    """Fail if there is no row, or if nobody could see them all."""
    expect(f"{what}, at least one", _count(what, fact) > 0, True)


def expect_decided(what: str, fact: Fact) -> None:
    """Fail if nobody could see the rows that this is about."""
    _count(what, fact)


def expect_rows(what: str, fact: Fact, rows: int, script: str | None = None) -> None:
    """Fail unless exactly that many rows were found, also if nobody could see them."""
    expect(what, _count(what, fact), rows, script)


def _count(what: str, fact: Fact) -> int:
    try:
        return fact.count
    except NotDecided as reason:
        pytest.fail(f"{what}: {reason}", pytrace=False)


def expect_none(pages: Iterable[tuple[str, str, str]]) -> None:
    """Fail with three lines for each of these: what failed, what that usually means, what to do."""
    found = [_three_lines(*page) for page in pages]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def _page(failed: str, script: str | None) -> str:
    if script is None:
        return _three_lines(failed, _DRIFT, "compare it with sql/baseline/messaging.sql")
    return _three_lines(failed, f"{script} was not run here", f"run sql/{script}, then verify again")


def _three_lines(failed: str, usually: str, to_do: str) -> str:
    return f"{failed}\n  usually: {usually}\n  to do:   {to_do}"

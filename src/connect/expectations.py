"""Checks whose failure says what failed, what that usually means, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from pgproof.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connect.integrity import Fact

_ROWS = "rows were restored, imported or written past the triggers and keys, which then judged nothing"
_EMPTY = "this is another database than the one that people use, or its rows were not restored"
_DRIFT = "the schema was changed by hand, or never got this change"


def expect(what: str, actual: Any, expected: Any, script: str | None = None) -> None:
    """Fail with three lines unless actual equals expected.

    what: is compared, in words. script: the file of sql/ that creates it in this environment, None if none does.
    """
    if actual != expected:
        found = "missing" if actual is None else repr(actual)
        pytest.fail(_page(f"{what}: expected {expected!r}, found {found}", script), pytrace=False)


def expect_nothing_wrong(what: str, wrong: str | None, to_do: str, script: str | None = None) -> None:
    """Fail with three lines if something is wrong with what is judged.

    to_do: what mends it. script: the file of sql/ that does it in this environment, None if none does.
    """
    if wrong is None:
        return
    if script is not None:
        pytest.fail(_page(f"{what}: {wrong}", script), pytrace=False)
    pytest.fail(_three_lines(f"{what}: {wrong}", _DRIFT, to_do), pytrace=False)


def expect_answer(what: str, unanswered: str | None) -> None:
    """Fail, as inconclusive, if there is a reason why what is judged could not be looked at."""
    if unanswered is not None:
        _fail_inconclusive(what, Inconclusive(f"inconclusive: {unanswered}"))


def expect_some_rows(what: str, fact: Fact) -> None:
    """Fail if there is no row, or if this role could not see them all."""
    if _count(what, fact) == 0:
        pytest.fail(_three_lines(f"{what}: there is none", _EMPTY, fact.mending), pytrace=False)


def expect_conclusive(what: str, fact: Fact) -> None:
    """Fail if this role could not see the rows that the fact is about."""
    _count(what, fact)


def expect_rows(what: str, fact: Fact, rows: int) -> None:
    """Fail unless exactly that many rows were found, or if this role could not see them all."""
    found = _count(what, fact)
    if found != rows:
        to_do = f"list them with: {fact.listing};\n           {fact.mending}"
        counted = f"{found}" if fact.complete else f"at least {found}"
        pytest.fail(_three_lines(f"{what}: expected {rows}, found {counted}", _ROWS, to_do), pytrace=False)


def _count(what: str, fact: Fact) -> int:
    try:
        return fact.count
    except Inconclusive as reason:
        _fail_inconclusive(what, reason)


def _fail_inconclusive(what: str, reason: Inconclusive) -> NoReturn:
    """Fail because of the reason: by this cause the record of a run tells it from a test that found something wrong."""
    raise pytest.fail.Exception(f"{what}: {reason}", pytrace=False) from reason


def expect_none(pages: Iterable[tuple[str, ...]]) -> None:
    """Fail, if there is any, with three lines each: what failed, what that usually means, what to do.

    One line alone is for what another failure explains.
    """
    found = [_three_lines(*page) if len(page) > 1 else page[0] for page in pages]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def _page(failed: str, script: str | None) -> str:
    if script is None:
        return _three_lines(failed, _DRIFT, "compare it with src/connect/schema.toml and sql/baseline/messaging.sql")
    return _three_lines(failed, f"{script} was not run here", f"run sql/{script}, then verify again")


def _three_lines(failed: str, usually: str, to_do: str) -> str:
    return f"{failed}\n  usually: {usually}\n  to do:   {to_do}"

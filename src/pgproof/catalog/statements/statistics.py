"""Statements for extended statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements.aligned import NO_TARGET, identifier

if TYPE_CHECKING:
    from pgproof.catalog.statements.aligned import Aligned, Statements

_STATISTICS = {"d": "ndistinct", "f": "dependencies", "m": "mcv"}


def create(statistics: Aligned) -> Statements:
    """Return the statements that create extended statistics."""
    should = statistics.should
    kinds = ", ".join(_STATISTICS[each] for each in should["kinds"] or () if each in _STATISTICS)
    expressions = should["expressions"] or []
    on = ", ".join([*map(identifier, should["columns"] or ()), *(f"({each})" for each in expressions)])
    of_kinds = f" ({kinds})" if kinds else ""
    made = f"CREATE STATISTICS {statistics.identity}{of_kinds} ON {on} FROM {should['table']}"
    target = change(statistics, "statistics target") if should["statistics target"] is not None else []
    return [made, *(target or []), *statistics.owner(), *statistics.comment_if_any()]


def change(statistics: Aligned, attribute: str) -> Statements:
    """Return the statements that give extended statistics one attribute."""
    if attribute in ("owner", "comment"):
        return statistics.owner() if attribute == "owner" else statistics.comment()
    if attribute == "statistics target":
        target = statistics.should["statistics target"]
        return [f"ALTER STATISTICS {statistics.identity} SET STATISTICS {NO_TARGET if target is None else target}"]
    return [f"DROP STATISTICS {statistics.identity}", *(create(statistics.anew()) or [])]

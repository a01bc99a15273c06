"""The SQL that makes one database in one respect like another: for each difference of two catalogs, what to run.

Names and expressions are PostgreSQL's own, as the catalogs hold them: with their schemas, and quoted where needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog import renames
from pgproof.catalog.counting import CALLS
from pgproof.catalog.statements import (
    columns,
    constraints,
    functions,
    grants,
    on_tables,
    publications,
    sequences,
    statistics,
    tables,
    types,
)
from pgproof.catalog.statements.aligned import Aligned

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.catalog import Catalog
    from pgproof.catalog.differences import Difference
    from pgproof.catalog.statements.aligned import Statements

# In an order in which each kind finds what it needs.
_CREATE: dict[str, Callable[[Aligned], Statements]] = {
    "schema": tables.create_schema,
    "type": types.create,
    "relation": tables.create,
    "sequence": sequences.create,
    "column": columns.create,
    "function": functions.create,
    "constraint": constraints.create,
    "index": constraints.create_index,
    "statistics": statistics.create,
    "trigger": on_tables.create,
    "rule": on_tables.create,
    "policy": on_tables.create_policy,
    "publication": publications.create,
    "published schema": publications.create_published_schema,
    "published table": publications.create_published,
    "grant": grants.change,
}
_DROP: dict[str, Callable[[Aligned], Statements]] = {
    "column": columns.drop,
    "constraint": constraints.drop,
    "index": constraints.drop_index,
    "published schema": publications.drop_published_schema,
    "published table": publications.drop_published,
    "grant": grants.change,
}
_DROPPED_BY_NAME = ("schema", "type", "relation", "function", "statistics", "trigger", "rule", "policy", "publication")
_CHANGE: dict[str, Callable[[Aligned, str], Statements]] = {
    "relation": tables.change,
    "sequence": sequences.change,
    "column": columns.change,
    "constraint": constraints.change_constraint,
    "index": constraints.change_index,
    "statistics": statistics.change,
    "trigger": on_tables.change,
    "rule": on_tables.change,
    "policy": on_tables.change_policy,
    "function": functions.change,
    "type": types.change,
    "publication": publications.change,
    "published table": publications.change_published,
    "grant": grants.change,
}
# The kinds of objects for which there are statements, in the order in which those can run.
KINDS = tuple(_CREATE)
_CLOSED = ("schema", "type", "relation", "function")
_ORDER = {kind: position for position, kind in enumerate(KINDS)}
_VIEWS = ("v", "m")


def aligning(difference: Difference, catalogs: tuple[Catalog, Catalog], side: int) -> str | None:
    """Return the SQL that makes one of two databases like the other where they differ, None if none can be written.

    catalogs: of the left and the right side. side: of the database that changes, 0 (left) or 1 (right). An object that
    only this side has is dropped.
    """
    kind = difference.catalog_kind
    one = Aligned(kind, difference.identity, catalogs[1 - side], catalogs[side])
    found: Statements
    if difference.attribute == renames.NAME and kind == "function":
        found = _with_other_arguments(one, *(difference.sides[each] for each in (1 - side, side)))
    elif difference.attribute == renames.NAME:
        found = [renames.statement(difference, catalogs, side)]
    elif difference.only == side:
        found = _dropped(one)
    elif difference.only is not None:
        found = _created(one)
    else:
        assert difference.attribute is not None, "a change of one attribute"
        found = _changed(one, difference.attribute)
    return "".join(f"{each};\n" for each in found).rstrip("\n") if found else None


def follows_the_owner(difference: Difference, catalogs: tuple[Catalog, Catalog]) -> bool:
    """Return whether a difference in a grant is only that an object has another owner, who has every privilege."""
    return difference.catalog_kind == "grant" and grants.follows_the_owner(
        Aligned("grant", difference.identity, *catalogs)
    )


def order(difference: Difference, side: int) -> tuple[bool, int]:
    """Return the key by which differences are sorted so that their statements can run. side: as for aligning().

    What a role must not have is revoked before anything is granted, and privileges on a table come before those on its
    columns: REVOKE on a table takes them from the columns, too.
    """
    position = 2 * _ORDER.get(difference.catalog_kind, len(_ORDER)) + ("view" in difference.kind)
    dropped = difference.only == side
    if difference.catalog_kind == "grant":
        on_column = difference.identity.startswith("column ")
        return False, position - (0 if on_column and not dropped else 1 if not dropped else 2)
    return dropped, -position if dropped else position


def _dropped(one: Aligned) -> Statements:
    """Return the statement that drops an object; None for a schema with something in it."""
    if one.kind not in _DROPPED_BY_NAME:
        return _DROP[one.kind](one) if one.kind in _DROP else None
    if one.kind == "schema" and any(
        parent == one.key and key[0] != "grant" for key, parent in one.actual.parents.items()
    ):
        return None
    return [f"DROP {one.reference}"]


def _with_other_arguments(one: Aligned, wanted: str, found: str) -> Statements:
    """Return the statements that replace a function by one whose arguments have other names."""
    created = _created(one.at(("function", wanted)).anew())
    return None if created is None else [f"DROP {one.at(('function', found)).reference}", *created]


def _created(whole: Aligned) -> Statements:
    """Return the statements for an object and for all that belongs to it; None unless there are some for each."""
    found: list[str] = []
    if whole.kind not in _CREATE:
        return None
    for each in sorted([whole, *whole.parts()], key=_when):
        made = _CREATE[each.kind](each) if each.kind in _CREATE else None
        if made is None:
            return None
        found += made
        if each.kind in _CLOSED:
            found += grants.closing(each)
    return found


def _when(each: Aligned) -> tuple[int, bool]:
    """Return when an object is created: a sequence before the tables that use it, a view after them."""
    if each.kind == "relation":
        kind = each.should["kind"]
        return _ORDER["relation"] + (kind in _VIEWS), kind != "S"
    return _ORDER[each.kind] if each.kind in _ORDER else len(_ORDER), False


def _changed(one: Aligned, attribute: str) -> Statements:
    if attribute == CALLS:
        # The same text again need not be bound to the same function.
        return None
    if one.kind == "schema":
        return one.owner() if attribute == "owner" else one.comment()
    if _must_be_anew(one, attribute):
        created = _created(one.anew())
        return None if created is None else [f"DROP {one.reference}", *created]
    change = _CHANGE.get(one.kind)
    return None if change is None else change(one, attribute)


def _must_be_anew(one: Aligned, attribute: str) -> bool:
    if one.kind == "function":
        return attribute not in ("owner", "comment") and functions.must_be_anew(one)
    is_view = one.kind == "relation" and one.should["kind"] in _VIEWS
    return is_view and attribute == "definition" and not tables.can_replace(one)

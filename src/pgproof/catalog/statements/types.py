"""Statements for enums, domains and composite types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements.aligned import literal

if TYPE_CHECKING:
    from pgproof.catalog.statements.aligned import Aligned, Statements

_ENUM, _DOMAIN, _COMPOSITE = "e", "d", "c"
_DEFAULT_COLLATION = '"default"'


def create(kind: Aligned) -> Statements:
    """Return the statements that create a type; None for a range or base type."""
    should = kind.should
    if should["kind"] == _ENUM:
        made = f"CREATE TYPE {kind.identity} AS ENUM ({', '.join(map(literal, should['labels'] or ()))})"
    elif should["kind"] == _COMPOSITE and not should["attribute comments"]:
        made = f"CREATE TYPE {kind.identity} AS ({', '.join(should['attributes'] or ())})"
    elif should["kind"] == _DOMAIN:
        collation = should["collation"]
        collate = "" if collation in (None, _DEFAULT_COLLATION) else f" COLLATE {collation}"
        default = "" if should["default"] is None else f" DEFAULT {should['default']}"
        not_null = " NOT NULL" if should["not null"] else ""
        made = f"CREATE DOMAIN {kind.identity} AS {should['base']}{collate}{default}{not_null}"
    else:
        return None
    return [made, *kind.owner(), *kind.comment_if_any()]


def change(kind: Aligned, attribute: str) -> Statements:
    """Return the statements that give a type one attribute."""
    should = kind.should
    if attribute in ("owner", "comment"):
        return kind.owner() if attribute == "owner" else kind.comment()
    if attribute == "labels" and should["kind"] == kind.found["kind"] == _ENUM:
        return _labels(kind.identity, should["labels"] or [], kind.found["labels"] or [])
    if should["kind"] != _DOMAIN:
        return None
    alter, default = f"ALTER DOMAIN {kind.identity}", should["default"]
    if attribute == "not null":
        return [f"{alter} {'SET' if should['not null'] else 'DROP'} NOT NULL"]
    if attribute == "default":
        return [f"{alter} {'DROP DEFAULT' if default is None else f'SET DEFAULT {default}'}"]
    return None


def _labels(name: str, should: list[str], found: list[str]) -> Statements:
    """Return the statements that add or rename labels; PostgreSQL can neither remove nor move one."""
    renamed = [(old, new) for old, new in zip(found, should, strict=False) if old != new]
    if len(should) == len(found) and not {new for _, new in renamed} & set(found):
        return [f"ALTER TYPE {name} RENAME VALUE {literal(old)} TO {literal(new)}" for old, new in renamed]
    if [each for each in should if each in found] != found:
        return None
    added = []
    for position, label in enumerate(should):
        if label not in found:
            where = f"AFTER {literal(should[position - 1])}" if position else f"BEFORE {literal(found[0])}"
            added.append(f"ALTER TYPE {name} ADD VALUE {literal(label)}{f' {where}' if found else ''}")
    return added

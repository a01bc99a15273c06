"""Statements for sequences: a relation each, with attributes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgproof.catalog.statements.aligned import Aligned, Statements

# What an identity column says of its sequence; its type is the column's.
OF_IDENTITY = ("increment", "minimum", "maximum", "start", "cache", "cycle")


def is_of_identity(relation: Aligned) -> bool:
    """Return whether a sequence comes with an identity column, and is changed through it."""
    return relation.parent is not None and relation.parent.kind == "column" and bool(relation.parent.either["identity"])


def table_of(relation: Aligned) -> Aligned:
    """Return the table of the identity column that a sequence comes with."""
    assert relation.parent is not None, "a column has it"
    assert relation.parent.parent is not None, "a table has the column"
    return relation.parent.parent


def create(sequence: Aligned) -> Statements:
    """Return the statement that ties a new sequence to its column; the relation's statement has created it."""
    owned_by = sequence.should["owned by"]
    if not owned_by or is_of_identity(sequence.at(("relation", sequence.identity))):
        return []
    return [f"ALTER SEQUENCE {sequence.identity} OWNED BY {owned_by}"]


def change(sequence: Aligned, attribute: str) -> Statements:
    """Return the statement that gives a sequence one attribute."""
    if attribute == "owned by":
        return [f"ALTER SEQUENCE {sequence.identity} OWNED BY {sequence.should['owned by'] or 'NONE'}"]
    return [f"ALTER SEQUENCE {sequence.identity}{options(sequence.should, attribute)}"]


def options(should: Mapping[str, Any], *only: str) -> str:
    """Return the options of a sequence, each after a space. only: the attributes to write, all if none is given."""
    written = {
        "type": f"AS {should['type']}",
        "increment": f"INCREMENT BY {should['increment']}",
        "minimum": f"MINVALUE {should['minimum']}",
        "maximum": f"MAXVALUE {should['maximum']}",
        "start": f"START WITH {should['start']}",
        "cache": f"CACHE {should['cache']}",
        "cycle": "CYCLE" if should["cycle"] else "NO CYCLE",
    }
    return "".join(f" {text}" for name, text in written.items() if not only or name in only)

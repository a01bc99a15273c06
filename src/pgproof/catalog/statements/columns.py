"""Statements for columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements import sequences
from pgproof.catalog.statements.aligned import NO_TARGET, RELATIONS, foreign_options, keyword, options

if TYPE_CHECKING:
    from pgproof.catalog.statements.aligned import Aligned, Statements

_STORED = "s"
# How a type is stored if nobody says otherwise is not known here, but hardly ever like this.
_UNUSUAL_STORAGE = ("e", "m")
_DEFAULT_COLLATION = '"default"'


def definition(column: Aligned) -> str:
    """Return a column as CREATE TABLE and ADD COLUMN define it."""
    should = column.should
    parts = [column.name, should["type"], *_collation(column)]
    if should["generated"]:
        kind = "STORED" if should["generated"] == _STORED else "VIRTUAL"
        parts.append(f"GENERATED ALWAYS AS ({should['default']}) {kind}")
    elif should["identity"]:
        parts.append(_identity(column))
    elif should["default"] is not None:
        parts.append(f"DEFAULT {should['default']}")
    return " ".join(parts) + (" NOT NULL" if should["not null"] else "")


def _collation(column: Aligned) -> list[str]:
    collation = column.should["collation"]
    return [] if collation in (None, _DEFAULT_COLLATION) else [f"COLLATE {collation}"]


def _identity(column: Aligned) -> str:
    """Return the clause that makes a column an identity, with its sequence under the same name."""
    generated = f"GENERATED {keyword('identity', column.should['identity'])} AS IDENTITY"
    for identity, sequence in column.wanted.of_kind("sequence").items():
        if column.wanted.parents.get(("relation", identity)) == column.key:
            return f"{generated} (SEQUENCE NAME {identity}{sequences.options(sequence, *sequences.OF_IDENTITY)})"
    return generated


def create(column: Aligned) -> Statements:
    """Return the statements that add a column, or what the table's statement has left to do."""
    should, alter = column.should, _alter(column)
    is_view = _relation_kind(column) in ("VIEW", "MATERIALIZED VIEW")
    added = [] if column.is_with_its_parent else [f"ALTER TABLE {column.on} ADD COLUMN {definition(column)}"]
    if is_view and added:
        return None
    return [
        *added,
        *(
            [f"{alter} SET STORAGE {keyword('storage', should['storage'])}"]
            if should["storage"] in _UNUSUAL_STORAGE
            else []
        ),
        *(
            [f"{alter} SET COMPRESSION {keyword('compression', should['compression'])}"]
            if should["compression"]
            else []
        ),
        *([f"{alter} SET STATISTICS {should['statistics target']}"] if should["statistics target"] else []),
        *(f"{alter} {each}" for each in options(should["options"], None)),
        *column.comment_if_any(),
    ]


def drop(column: Aligned) -> Statements:
    """Return the statement that drops a column; that of a view cannot be dropped."""
    if _relation_kind(column) in ("VIEW", "MATERIALIZED VIEW"):
        return None
    return [f"ALTER TABLE {column.on} DROP COLUMN {column.name}"]


def change(column: Aligned, attribute: str) -> Statements:
    """Return the statements that give a column one attribute."""
    if attribute == "comment":
        return column.comment()
    if attribute in ("default", "generated"):
        return _generated(column)
    if attribute == "options":
        found = [*options(column.should[attribute], column.found[attribute])]
    elif attribute == "foreign options":
        found = [foreign_options(column.should[attribute], column.found[attribute])]
    else:
        how = _how(column, attribute)
        found = [] if how is None else [how]
    return [f"{_alter(column)} {each}" for each in found] or None


def _how(column: Aligned, attribute: str) -> str | None:
    """Return what ALTER COLUMN does to it, None if it cannot."""
    should, value = column.should, column.should[attribute]
    if attribute in ("type", "collation"):
        using = "" if should["generated"] else f" USING {column.name}::{should['type']}"
        return f"TYPE {should['type']}{f' COLLATE {collation}' if (collation := should['collation']) else ''}{using}"
    if attribute == "identity":
        if value and column.found["identity"]:
            return f"SET GENERATED {keyword('identity', value)}"
        return f"ADD {_identity(column)}" if value else "DROP IDENTITY"
    return {
        "not null": f"{'SET' if value else 'DROP'} NOT NULL",
        "storage": f"SET STORAGE {keyword('storage', should['storage'])}",
        "compression": f"SET COMPRESSION {keyword('compression', should['compression'])}",
        "statistics target": f"SET STATISTICS {NO_TARGET if value is None else value}",
    }.get(attribute)


def _generated(column: Aligned) -> Statements:
    """Return the statements for the expression of a column: of its default, or of a generated column."""
    if column.should["generated"]:
        # It would have to be dropped and added anew, which nobody should do by a line of advice.
        return None
    if column.found["generated"]:
        default = change_default(column) if column.should["default"] is not None else []
        return [f"{_alter(column)} DROP EXPRESSION", *default]
    return change_default(column)


def change_default(column: Aligned) -> list[str]:
    """Return the statement that gives a column its default, or takes the one it has."""
    default = column.should["default"]
    return [f"{_alter(column)} {'DROP DEFAULT' if default is None else f'SET DEFAULT {default}'}"]


def _relation_kind(column: Aligned) -> str:
    assert column.parent is not None, "a relation has it"
    return RELATIONS[column.parent.either["kind"]]


def _alter(column: Aligned) -> str:
    return f"ALTER {_relation_kind(column)} {column.on} ALTER COLUMN {column.name}"

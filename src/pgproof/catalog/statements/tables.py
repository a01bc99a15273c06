"""Statements for schemas, tables and views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements import columns, sequences
from pgproof.catalog.statements.aligned import RELATIONS, Aligned, foreign_options, keyword, options

if TYPE_CHECKING:
    from pgproof.catalog.statements.aligned import Statements

# An index does not exist yet when its table is created, and the default needs no statement.
_IDENTITY_AT_ONCE = ("n", "f")
_BY_INDEX = "i"
_TABLE, _VIEW, _MATERIALIZED, _SEQUENCE = "r", "v", "m", "S"
_PERSISTENCE = {"u": "UNLOGGED", "p": "LOGGED"}


def create_schema(schema: Aligned) -> Statements:
    """Return the statements that create a schema."""
    return [f"CREATE SCHEMA {schema.identity}", *schema.owner(), *schema.comment_if_any()]


def create(relation: Aligned) -> Statements:
    """Return the statements that create a relation: a table with its columns, without what else is on it."""
    should = relation.should
    if should["kind"] == _SEQUENCE:
        if sequences.is_of_identity(relation):
            return []
        given = sequences.options(relation.wanted.get("sequence", relation.identity))
        return [f"CREATE SEQUENCE {relation.identity}{given}", *relation.owner(), *relation.comment_if_any()]
    if should["kind"] in (_VIEW, _MATERIALIZED):
        return [_view(relation), *relation.owner(), *relation.comment_if_any()]
    if should["kind"] == _TABLE and not should["of type"] and not should["inherits from"]:
        unlogged = "UNLOGGED " if should["persistence"] == "u" else ""
        listed = ",\n  ".join(
            columns.definition(relation.at(("column", f"{relation.identity}.{name}")))
            for name in relation.wanted.column_order[relation.identity]
        )
        switches = [
            *(["row security"] if should["row security"] else []),
            *(["row security forced"] if should["row security forced"] else []),
            *(["replica identity"] if should["replica identity"] in _IDENTITY_AT_ONCE else []),
            "options",
        ]
        later = [each for switch in switches for each in change(relation, switch) or ()]
        made = f"CREATE {unlogged}TABLE {relation.identity} (\n  {listed}\n)"
        return [made, *relation.owner(), *later, *relation.comment_if_any()]
    return None


def _view(relation: Aligned, create: str = "CREATE") -> str:
    should = relation.should
    given = options(should["options"], None)
    with_options = f" WITH{given[0].removeprefix('SET')}" if given else ""
    no_data = " WITH NO DATA" if should["populated"] is False else ""
    query = should["definition"].strip().removesuffix(";")
    return f"{create} {RELATIONS[should['kind']]} {relation.identity}{with_options} AS\n  {query}{no_data}"


def can_replace(relation: Aligned) -> bool:
    """Return whether the definition of a view can change in place: its columns stay as they are."""
    if relation.should["kind"] != _VIEW:
        return False
    found, wanted = (
        {
            key: side.objects[key]["type"]
            for key in side.objects
            if side.parents.get(key) == relation.key and key[0] == "column"
        }
        for side in (relation.actual, relation.wanted)
    )
    return found == wanted


def change(relation: Aligned, attribute: str) -> Statements:
    """Return the statements that give a relation one attribute; not for the definition of a view with new columns."""
    special = {
        "owner": _owner,
        "comment": Aligned.comment,
        "options": _options,
        "toast options": _options,
        "inherits from": _inheritance,
        "partition bound": _inheritance,
        "definition": _redefined,
        "populated": _populated,
    }.get(attribute)
    if special is not None:
        return special(relation)
    how = _how(relation, attribute)
    return None if how is None else [f"ALTER {relation.reference} {how}"]


def _how(relation: Aligned, attribute: str) -> str | None:
    """Return what ALTER TABLE does to it, None if it cannot."""
    value = relation.should[attribute]
    if attribute == "row security":
        return f"{'ENABLE' if value else 'DISABLE'} ROW LEVEL SECURITY"
    if attribute == "row security forced":
        return f"{'FORCE' if value else 'NO FORCE'} ROW LEVEL SECURITY"
    if attribute == "replica identity":
        return _replica_identity(relation)
    if attribute == "persistence" and value in _PERSISTENCE:
        return f"SET {_PERSISTENCE[value]}"
    if attribute == "foreign options":
        return foreign_options(value, relation.found[attribute])
    return None


def _owner(relation: Aligned) -> list[str]:
    if relation.should["kind"] == _SEQUENCE and sequences.is_of_identity(relation):
        return sequences.table_of(relation).owner()
    return relation.owner()


def _redefined(relation: Aligned) -> Statements:
    return [_view(relation, "CREATE OR REPLACE")] if can_replace(relation) else None


def _populated(relation: Aligned) -> list[str]:
    return [f"REFRESH {relation.reference}{'' if relation.should['populated'] else ' WITH NO DATA'}"]


def _replica_identity(relation: Aligned) -> str | None:
    kind = relation.should["replica identity"]
    if kind != _BY_INDEX:
        return f"REPLICA IDENTITY {keyword('replica identity', kind)}"
    for identity, index in relation.wanted.of_kind("index").items():
        if index["table"] == relation.identity and index["replica identity"]:
            return f"REPLICA IDENTITY USING INDEX {relation.at(('index', identity)).name}"
    return None


def _options(relation: Aligned) -> list[str]:
    """Return the statements for the storage parameters of a relation and of the table that holds its long values."""
    pairs = [
        *options(relation.should["options"], relation.found.get("options")),
        *options(relation.should["toast options"], relation.found.get("toast options"), "toast."),
    ]
    return [f"ALTER {relation.reference} {each}" for each in pairs]


def _inheritance(relation: Aligned) -> Statements:
    """Return the statements that take a table from its parents or partitioned table and give it to those it needs."""
    wanted, actual = (set(side["inherits from"] or ()) for side in (relation.should, relation.found))
    bound, found = relation.should["partition bound"], relation.found["partition bound"]
    if bound == found:
        alter = f"ALTER {relation.reference}"
        return [
            *(f"{alter} NO INHERIT {each}" for each in sorted(actual - wanted)),
            *(f"{alter} INHERIT {each}" for each in sorted(wanted - actual)),
        ]
    if any(relation.wanted.get("relation", each) != relation.actual.get("relation", each) for each in wanted | actual):
        return None
    detach = [f"ALTER TABLE {each} DETACH PARTITION {relation.identity}" for each in sorted(actual) if found]
    attach = [f"ALTER TABLE {each} ATTACH PARTITION {relation.identity} {bound}" for each in sorted(wanted) if bound]
    return [*detach, *attach]

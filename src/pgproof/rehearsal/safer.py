"""The statements to run instead of one that makes others wait, with its own names in them; PostgreSQL accepts them.

Each step is for a transaction of its own. Steps that hold several statements bring their BEGIN and COMMIT. The sources
are the pages of PostgreSQL's manual on each command, above all the notes of ALTER TABLE and CREATE INDEX.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pgproof.rehearsal import forms, safer_columns
from pgproof.rehearsal.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ALONE = "after the locks are released, and in batches"
_QUIET = "in a quiet moment, with a short lock_timeout"
_DOMAIN = (
    f"there is no online form up to PostgreSQL 17, where VALIDATE CONSTRAINT of a domain locks as much: do it {_QUIET};"
    " from 18 on, NOT VALID and then VALIDATE"
)
# What no statement does while people work, by the kind of command.
_NONE = {
    "AT_SetLogged": f"there is no online form: do it {_QUIET}, or before the table has many rows",
    "AT_SetUnLogged": f"there is no online form: do it {_QUIET}, or before the table has many rows",
    "AT_SetAccessMethod": f"there is no online form: do it {_QUIET}, or move the rows to a new table in batches",
    "AT_SetTableSpace": f"there is no online form: do it {_QUIET}; pg_repack moves a table while people work",
    "AT_AttachPartition": "first give the new partition a CHECK with its bounds, NOT VALID, then VALIDATE it; then"
    " nothing is left to read",
}


def instead_of(node: Any, partitions: Sequence[str] = (), *, filled: bool = True) -> Iterator[Form]:
    """Yield what to run instead of a statement, for each part of it that has something.

    node: its parse tree, of pglast. partitions: of its table, without quotes, schema and name by a dot; a schema with a
    dot in its name is the node's own. filled: whether a column's default is known to be
    written into each row; without that only what always is.
    """
    kind = type(node).__name__
    if kind == "IndexStmt" and not node.concurrent:
        yield _index(node, partitions)
    elif kind == "AlterTableStmt" and node.objtype.name == "OBJECT_TABLE":
        yield from _changes(node, partitions, filled)
    elif kind == "AlterDomainStmt" and node.subtype == "C":
        yield Form((), _DOMAIN)
    else:
        yield from _others(node, kind)


def _others(node: Any, kind: str) -> Iterator[Form]:
    if kind == "DropStmt" and node.removeType.name == "OBJECT_INDEX" and not node.concurrent and len(node.objects) == 1:
        online = forms.again(node)
        online.concurrent = True
        yield Form((forms.as_sql(online),))
    elif kind == "ReindexStmt" and not any(each.defname == "concurrently" for each in node.params or ()):
        words = forms.as_sql(node)
        place = re.match(r"REINDEX\s*(\([^)]*\)\s*)?(TABLE|INDEX|SCHEMA|DATABASE|SYSTEM)", words, re.IGNORECASE)
        if place:
            yield Form((f"{words[: place.end()]} CONCURRENTLY{words[place.end() :]}",), forms.INVALID)
    elif kind == "RefreshMatViewStmt" and not node.concurrent:
        online = forms.again(node)
        online.concurrent = True
        needs = (
            "it needs a unique index on columns of the view, over all of its rows (CREATE UNIQUE INDEX CONCURRENTLY)"
        )
        yield Form((forms.as_sql(online),), needs)
    elif kind == "VacuumStmt" and any(each.defname == "full" for each in node.options or ()):
        tables = ", ".join(forms.as_sql(each.relation) for each in node.rels or ())
        room = "that makes room for new rows; only pg_repack gives it back to the disk while people work"
        yield Form((f"VACUUM {tables}".strip(),), room)
    elif kind == "ClusterStmt":
        yield Form((), f"there is no online form: do it {_QUIET}; pg_repack sorts a table while people work")
    elif kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt"):
        yield Form((forms.as_sql(node),), _ALONE)


def _index(node: Any, partitions: Sequence[str]) -> Form:
    if not partitions:
        online = forms.again(node)
        online.concurrent = True
        return Form((forms.as_sql(online),), forms.INVALID)
    whole = forms.again(node)
    whole.relation.inh = False
    whole.idxname = whole.idxname or f"{node.relation.relname}_{_columns(node.indexParams)}_idx"
    schema = f"{forms.quoted(node.relation.schemaname)}." if node.relation.schemaname else ""
    steps = [forms.as_sql(whole)]
    for partition in partitions:
        one = forms.again(node)
        own, name = _place(partition, node)
        one.relation.schemaname, one.relation.relname = own or None, name
        one.idxname, one.concurrent = forms.index_of(name, whole.idxname), True
        attached = ".".join(forms.quoted(part) for part in (own, one.idxname) if part)
        steps += [forms.as_sql(one), f"ALTER INDEX {schema}{forms.quoted(whole.idxname)} ATTACH PARTITION {attached}"]
    return Form(tuple(steps), f"the index is valid once each partition has its part; {forms.INVALID}")


def _place(partition: str, node: Any) -> tuple[str, str]:
    """Return schema and name of a partition: in most cases the schema is that of its table, whatever dots it has."""
    schema = node.relation.schemaname
    if schema and partition.startswith(f"{schema}."):
        return schema, partition[len(schema) + 1 :]
    own, _, name = partition.partition(".")
    return (own, name) if name else ("", own)


def _columns(parameters: Any) -> str:
    return "_".join(each.name or "expr" for each in parameters)


def _changes(node: Any, partitions: Sequence[str], filled: bool) -> Iterator[Form]:
    """Yield what to run instead of each command, and the others as they are, in the order of the statement."""
    found = [list(_change(node, command, partitions, filled)) for command in node.cmds]
    if not any(found):
        return
    for has, group in groupby(range(len(found)), lambda place: bool(found[place])):
        places = list(group)
        if has:
            yield from (form for place in places for form in found[place])
        else:
            rest = forms.again(node)
            rest.cmds = tuple(rest.cmds[place] for place in places)
            yield Form((forms.as_sql(rest),))


def _change(node: Any, command: Any, partitions: Sequence[str], filled: bool) -> Iterator[Form]:
    table, change = forms.as_sql(node.relation), command.subtype.name
    if change == "AT_AddConstraint" and not command.def_.skip_validation:
        yield _constraint(node, command.def_, partitions)
    elif change == "AT_AddColumn":
        yield from safer_columns.added(node, command.def_, filled)
    elif change == "AT_SetNotNull":
        yield Form(
            forms.not_null(table, forms.quoted(command.name)),
            "from PostgreSQL 18 on: ADD CONSTRAINT … NOT NULL … NOT VALID",
        )
    elif change == "AT_AlterColumnType":
        yield safer_columns.retyped(node, command)
    elif change == "AT_ValidateConstraint":
        yield Form((f"ALTER TABLE {table} VALIDATE CONSTRAINT {forms.quoted(command.name)}",))
    elif change == "AT_DetachPartition" and not command.def_.concurrent:
        yield Form((f"ALTER TABLE {table} DETACH PARTITION {forms.as_sql(command.def_.name)} CONCURRENTLY",))
    elif change in _NONE:
        yield Form((), _NONE[change])


def _constraint(node: Any, constraint: Any, partitions: Sequence[str]) -> Form:
    table, kind = forms.as_sql(node.relation), constraint.contype.name
    if kind == "CONSTR_EXCLUSION":
        no = "there is no online form: EXCLUDE cannot be NOT VALID, and no index can be made for it beforehand; do it"
        return Form((), f"{no} {_QUIET}")
    if kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY"):
        if constraint.indexname:
            whole = forms.as_sql(_alone(node, constraint))
            return Form((whole,), "after its columns were made NOT NULL: CHECK … NOT VALID, VALIDATE, SET NOT NULL")
        columns = [each.sval for each in constraint.keys or ()]
        ending = "pkey" if kind == "CONSTR_PRIMARY" else f"{'_'.join(columns)}_key"
        name = forms.quoted(constraint.conname or f"{node.relation.relname}_{ending}")
        return Form(forms.by_index(table, name, constraint, [forms.quoted(each) for each in columns]), forms.INVALID)
    named = forms.again(_alone(node, constraint))
    added = named.cmds[0].def_
    ending = f"{'_'.join(each.sval for each in constraint.fk_attrs or ())}_fkey" if constraint.fk_attrs else "check"
    added.conname = added.conname or f"{node.relation.relname}_{ending}"
    name = forms.quoted(added.conname)
    if kind == "CONSTR_FOREIGN" and partitions:
        return Form(
            (*_on_partitions(named, partitions, name), forms.as_sql(named)), "up to PostgreSQL 17; 18 takes NOT VALID"
        )
    added.skip_validation, added.initially_valid = True, False
    return Form((forms.as_sql(named), f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))


def _alone(node: Any, constraint: Any) -> Any:
    """Return the ALTER TABLE with this constraint only."""
    whole = forms.again(node)
    own = [each for each in whole.cmds if each.subtype.name == "AT_AddConstraint"]
    texts = [forms.as_sql(each.def_) for each in own]
    whole.cmds = (own[texts.index(forms.as_sql(constraint))],)
    return whole


def _on_partitions(named: Any, partitions: Sequence[str], name: str) -> Iterator[str]:
    for partition in partitions:
        one = forms.again(named)
        schema, one.relation.relname = _place(partition, named)
        one.relation.schemaname = schema or None
        added = one.cmds[0].def_
        added.skip_validation, added.initially_valid = True, False
        yield forms.as_sql(one)
        yield f"ALTER TABLE {forms.as_sql(one.relation)} VALIDATE CONSTRAINT {name}"

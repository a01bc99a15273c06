"""The statements to run instead of one that makes others wait, with its own names in them; PostgreSQL accepts them.

Each step is for a transaction of its own. Steps that hold several statements bring their BEGIN and COMMIT. The sources
are the pages of PostgreSQL's manual on each command, above all the notes of ALTER TABLE and CREATE INDEX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_SERIALS = {"serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint"}
_SERIALS |= {"smallserial": "smallint", "serial2": "smallint"}
_INVALID = "drop an index that ends invalid, and make it again"
_BATCHES = "fill it in batches"
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


@dataclass(frozen=True)
class Form:
    """What to do instead. steps: SQL, each in a transaction of its own. note: what else to know."""

    steps: tuple[str, ...]
    note: str = ""


def forms(node: Any, partitions: Sequence[str] = (), *, filled: bool = True) -> Iterator[Form]:
    """Yield what to run instead of a statement, for each part of it that has something.

    node: its parse tree, of pglast. partitions: of its table. filled: whether a column's default is known to be
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


def not_null(table: str, column: str) -> tuple[str, ...]:
    """Return the steps that make a column NOT NULL while people write. Names are as in SQL, the table's qualified."""
    name = quoted(f"{column.strip(chr(34))}_not_null")
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
        f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    from pglast.keywords import COL_NAME_KEYWORDS, RESERVED_KEYWORDS, TYPE_FUNC_NAME_KEYWORDS

    words = RESERVED_KEYWORDS | TYPE_FUNC_NAME_KEYWORDS | COL_NAME_KEYWORDS
    plain = _PLAIN_NAME.match(name) and name not in words
    return name if plain else '"' + name.replace('"', '""') + '"'


def as_sql(node: Any) -> str:
    """Return a parse tree as SQL."""
    from pglast.stream import RawStream

    return str(RawStream()(node))


def _again(node: Any) -> Any:
    """Return a copy of a statement's tree, to change."""
    import pglast

    return pglast.parse_sql(as_sql(node))[0].stmt


def _others(node: Any, kind: str) -> Iterator[Form]:
    if kind == "DropStmt" and node.removeType.name == "OBJECT_INDEX" and not node.concurrent and len(node.objects) == 1:
        online = _again(node)
        online.concurrent = True
        yield Form((as_sql(online),))
    elif kind == "ReindexStmt" and not any(each.defname == "concurrently" for each in node.params or ()):
        words = as_sql(node)
        place = re.match(r"REINDEX\s*(\([^)]*\)\s*)?(TABLE|INDEX|SCHEMA|DATABASE|SYSTEM)", words, re.IGNORECASE)
        if place:
            yield Form((f"{words[: place.end()]} CONCURRENTLY{words[place.end() :]}",), _INVALID)
    elif kind == "RefreshMatViewStmt" and not node.concurrent:
        online = _again(node)
        online.concurrent = True
        needs = (
            "it needs a unique index on columns of the view, over all of its rows (CREATE UNIQUE INDEX CONCURRENTLY)"
        )
        yield Form((as_sql(online),), needs)
    elif kind == "VacuumStmt" and any(each.defname == "full" for each in node.options or ()):
        tables = ", ".join(as_sql(each.relation) for each in node.rels or ())
        room = "that makes room for new rows; only pg_repack gives it back to the disk while people work"
        yield Form((f"VACUUM {tables}".strip(),), room)
    elif kind == "ClusterStmt":
        yield Form((), f"there is no online form: do it {_QUIET}; pg_repack sorts a table while people work")
    elif kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt"):
        yield Form((as_sql(node),), _ALONE)


def _index(node: Any, partitions: Sequence[str]) -> Form:
    if not partitions:
        online = _again(node)
        online.concurrent = True
        return Form((as_sql(online),), _INVALID)
    whole = _again(node)
    whole.relation.inh = False
    whole.idxname = whole.idxname or f"{node.relation.relname}_{_columns(node.indexParams)}_idx"
    schema = f"{quoted(node.relation.schemaname)}." if node.relation.schemaname else ""
    steps = [as_sql(whole)]
    for partition in partitions:
        one = _again(node)
        own, _, name = partition.rpartition(".")
        one.relation.schemaname, one.relation.relname = own or None, name
        one.idxname, one.concurrent = f"{name}_{whole.idxname}"[:63], True
        attached = ".".join(quoted(part) for part in (own, one.idxname) if part)
        steps += [as_sql(one), f"ALTER INDEX {schema}{quoted(whole.idxname)} ATTACH PARTITION {attached}"]
    return Form(tuple(steps), f"the index is valid once each partition has its part; {_INVALID}")


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
            rest = _again(node)
            rest.cmds = tuple(rest.cmds[place] for place in places)
            yield Form((as_sql(rest),))


def _change(node: Any, command: Any, partitions: Sequence[str], filled: bool) -> Iterator[Form]:
    table, change = as_sql(node.relation), command.subtype.name
    if change == "AT_AddConstraint" and not command.def_.skip_validation:
        yield _constraint(node, command.def_, partitions)
    elif change == "AT_AddColumn":
        yield from _column(node, command.def_, filled)
    elif change == "AT_SetNotNull":
        yield Form(
            not_null(table, quoted(command.name)), "from PostgreSQL 18 on: ADD CONSTRAINT … NOT NULL … NOT VALID"
        )
    elif change == "AT_AlterColumnType":
        yield _type(node, command)
    elif change == "AT_ValidateConstraint":
        yield Form((f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted(command.name)}",))
    elif change == "AT_DetachPartition" and not command.def_.concurrent:
        yield Form((f"ALTER TABLE {table} DETACH PARTITION {as_sql(command.def_.name)} CONCURRENTLY",))
    elif change in _NONE:
        yield Form((), _NONE[change])


def _constraint(node: Any, constraint: Any, partitions: Sequence[str]) -> Form:
    table, kind = as_sql(node.relation), constraint.contype.name
    if kind == "CONSTR_EXCLUSION":
        no = "there is no online form: EXCLUDE cannot be NOT VALID, and no index can be made for it beforehand; do it"
        return Form((), f"{no} {_QUIET}")
    if kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY"):
        if constraint.indexname:
            whole = as_sql(_alone(node, constraint))
            return Form((whole,), "after its columns were made NOT NULL: CHECK … NOT VALID, VALIDATE, SET NOT NULL")
        columns = [each.sval for each in constraint.keys or ()]
        ending = "pkey" if kind == "CONSTR_PRIMARY" else f"{'_'.join(columns)}_key"
        name = quoted(constraint.conname or f"{node.relation.relname}_{ending}")
        return Form(_by_index(table, name, constraint, [quoted(each) for each in columns]), _INVALID)
    named = _again(_alone(node, constraint))
    added = named.cmds[0].def_
    ending = f"{'_'.join(each.sval for each in constraint.fk_attrs or ())}_fkey" if constraint.fk_attrs else "check"
    added.conname = added.conname or f"{node.relation.relname}_{ending}"
    name = quoted(added.conname)
    if kind == "CONSTR_FOREIGN" and partitions:
        return Form(
            (*_on_partitions(named, partitions, name), as_sql(named)), "up to PostgreSQL 17; 18 takes NOT VALID"
        )
    added.skip_validation, added.initially_valid = True, False
    return Form((as_sql(named), f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))


def _alone(node: Any, constraint: Any) -> Any:
    """Return the ALTER TABLE with this constraint only."""
    whole = _again(node)
    own = [each for each in whole.cmds if each.subtype.name == "AT_AddConstraint"]
    texts = [as_sql(each.def_) for each in own]
    whole.cmds = (own[texts.index(as_sql(constraint))],)
    return whole


def _on_partitions(named: Any, partitions: Sequence[str], name: str) -> Iterator[str]:
    for partition in partitions:
        one = _again(named)
        schema, _, one.relation.relname = partition.rpartition(".")
        one.relation.schemaname = schema or None
        added = one.cmds[0].def_
        added.skip_validation, added.initially_valid = True, False
        yield as_sql(one)
        yield f"ALTER TABLE {as_sql(one.relation)} VALIDATE CONSTRAINT {name}"


def _by_index(table: str, name: str, constraint: Any, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the steps to UNIQUE or PRIMARY KEY: first its index, while people write."""
    more = f" INCLUDE ({', '.join(quoted(each.sval) for each in constraint.including)})" if constraint.including else ""
    same = " NULLS NOT DISTINCT" if constraint.nulls_not_distinct else ""
    later = (" DEFERRABLE" if constraint.deferrable else "") + (
        " INITIALLY DEFERRED" if constraint.initdeferred else ""
    )
    primary = constraint.contype.name == "CONSTR_PRIMARY"
    return (
        f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({', '.join(columns)}){more}{same}",
        *(step for each in columns if primary for step in not_null(table, each)),
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {'PRIMARY KEY' if primary else 'UNIQUE'} USING INDEX {name}{later}",
    )


def _column(node: Any, column: Any, filled: bool) -> Iterator[Form]:
    """Yield what to do instead of an ADD COLUMN that works on every row."""
    table, name = as_sql(node.relation), quoted(column.colname)
    has = {each.contype.name: each for each in column.constraints or ()}
    plain = _again(node)
    plain.cmds = tuple(
        each for each in plain.cmds if each.subtype.name == "AT_AddColumn" and each.def_.colname == column.colname
    )
    bare = plain.cmds[0].def_
    bare.constraints = None
    serial = _SERIALS.get(column.typeName.names[-1].sval)
    made = [as_sql(plain)]
    required = "CONSTR_NOTNULL" in has or "CONSTR_PRIMARY" in has
    note = _BATCHES
    if serial or "CONSTR_IDENTITY" in has:
        yield Form(tuple(_numbered(table, node.relation, column, serial)), note)
        return
    if "CONSTR_GENERATED" in has:
        expression = as_sql(has["CONSTR_GENERATED"].raw_expr)
        yield Form(
            (
                made[0],
                *_kept(table, node.relation, column.colname, f"SELECT {expression} FROM (SELECT NEW.*) AS new_row"),
                f"UPDATE {table} SET {name} = {expression} WHERE {name} IS DISTINCT FROM ({expression})",
            ),
            f"a stored column is always written into each row at once: keep a plain one by a trigger, and {_BATCHES}",
        )
        return
    default = has.get("CONSTR_DEFAULT")
    worth = default is not None and (filled or _is_called(default.raw_expr))
    if worth and default is not None:
        made.append(f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {as_sql(default.raw_expr)}")
        made.append(f"UPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL")
    if worth and required:
        made += not_null(table, name)
    later = [
        step for each in column.constraints or () for step in _column_constraint(table, node.relation, column, each)
    ]
    if _is_null(default) and set(has) <= {"CONSTR_FOREIGN", "CONSTR_DEFAULT", "CONSTR_NULL"}:
        # With any default, also NULL, PostgreSQL looks each row up; without one it knows that there is nothing to find.
        bare.constraints = tuple(each for kind, each in has.items() if kind == "CONSTR_FOREIGN")
        yield Form((as_sql(plain),), "the column is NULL without a default, too, and then no row is looked up")
        return
    if not worth:
        # PostgreSQL keeps a constant for the rows that are there, and knows by that whether they are NULL.
        bare.constraints = tuple(each for kind, each in has.items() if kind in ("CONSTR_DEFAULT", "CONSTR_NOTNULL"))
        made = [as_sql(plain)]
    if worth or later:
        unique = "CONSTR_UNIQUE" in has or "CONSTR_PRIMARY" in has
        yield Form((*made, *later), "; ".join((*([note] if worth else ()), *([_INVALID] if unique else ()))))


def _is_null(default: Any) -> bool:
    """Return whether a column has a default, and it is NULL, perhaps with a cast."""
    value: Any = None if default is None else default.raw_expr
    while type(value).__name__ == "TypeCast":
        value = value.arg
    return bool(getattr(value, "isnull", False))


def _is_called(expression: Any) -> bool:
    """Return whether a default calls a function that may give each row another value."""
    text = as_sql(expression).lower()
    return type(expression).__name__ == "FuncCall" and not re.match(
        r"(pg_catalog\.)?(now|transaction_timestamp)\(", text
    )


def _column_constraint(table: str, relation: Any, column: Any, constraint: Any) -> Iterator[str]:
    kind, name = constraint.contype.name, quoted(column.colname)
    if kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY"):
        ending = "pkey" if kind == "CONSTR_PRIMARY" else f"{column.colname}_key"
        yield from _by_index(table, quoted(constraint.conname or f"{relation.relname}_{ending}"), constraint, [name])
    elif kind == "CONSTR_CHECK":
        added = quoted(constraint.conname or f"{relation.relname}_{column.colname}_check")
        yield f"ALTER TABLE {table} ADD CONSTRAINT {added} CHECK ({as_sql(constraint.raw_expr)}) NOT VALID"
        yield f"ALTER TABLE {table} VALIDATE CONSTRAINT {added}"
    elif kind == "CONSTR_FOREIGN":
        added = quoted(constraint.conname or f"{relation.relname}_{column.colname}_fkey")
        refers = re.sub(r"^.*?\bREFERENCES\b", "REFERENCES", as_sql(constraint), flags=re.DOTALL)
        yield f"ALTER TABLE {table} ADD CONSTRAINT {added} FOREIGN KEY ({name}) {refers} NOT VALID"
        yield f"ALTER TABLE {table} VALIDATE CONSTRAINT {added}"


def _numbered(table: str, relation: Any, column: Any, serial: str | None) -> Iterator[str]:
    """Yield the steps to a serial or identity column: a plain one with a sequence, filled, then what it should be."""
    name = quoted(column.colname)
    schema = f"{quoted(relation.schemaname)}." if relation.schemaname else ""
    sequence = f"{schema}{quoted(f'{relation.relname}_{column.colname}_filling')}"
    kind = serial or as_sql(column.typeName)
    yield f"CREATE SEQUENCE {sequence} AS {kind}"
    yield f"ALTER TABLE {table} ADD COLUMN {name} {kind}"
    yield f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT nextval('{sequence}')"
    yield f"UPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL"
    yield from not_null(table, name)
    if serial:
        yield f"ALTER SEQUENCE {sequence} OWNED BY {table}.{name}"
    else:
        always = any(
            each.generated_when == "a" for each in column.constraints if each.contype.name == "CONSTR_IDENTITY"
        )
        yield (
            f"BEGIN; ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT;"
            f" ALTER TABLE {table} ALTER COLUMN {name} ADD GENERATED"
            f" {'ALWAYS' if always else 'BY DEFAULT'} AS IDENTITY;"
            f" SELECT setval(pg_get_serial_sequence('{table}', '{column.colname}'), nextval('{sequence}'));"
            f" DROP SEQUENCE {sequence}; COMMIT"
        )
    for each in column.constraints or ():
        yield from _column_constraint(table, relation, column, each)


def _kept(table: str, relation: Any, column: str, query: str) -> tuple[str, ...]:
    """Return the steps that keep a column by a trigger. query: its value, from NEW."""
    schema = f"{quoted(relation.schemaname)}." if relation.schemaname else ""
    function = quoted(f"keep_{relation.relname}_{column}")
    return (
        f"CREATE FUNCTION {schema}{function}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN NEW.{quoted(column)} := ({query}); RETURN NEW; END $$",
        f"CREATE TRIGGER {function} BEFORE INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {schema}{function}()",
    )


def _type(node: Any, command: Any) -> Form:
    table, relation = as_sql(node.relation), node.relation
    column, other = command.name, f"{command.name}_new"
    name, new, old = quoted(column), quoted(other), quoted(f"{column}_old")
    kind = as_sql(command.def_.typeName)
    value = as_sql(command.def_.raw_default) if command.def_.raw_default is not None else f"{name}::{kind}"
    schema = f"{quoted(relation.schemaname)}." if relation.schemaname else ""
    function = quoted(f"keep_{relation.relname}_{other}")
    return Form(
        (
            f"ALTER TABLE {table} ADD COLUMN {new} {kind}",
            *_kept(table, relation, other, f"SELECT {value} FROM (SELECT NEW.*) AS new_row"),
            f"UPDATE {table} SET {new} = {value} WHERE {new} IS DISTINCT FROM ({value})",
            f"BEGIN; DROP TRIGGER {function} ON {table}; DROP FUNCTION {schema}{function}();"
            f" ALTER TABLE {table} RENAME COLUMN {name} TO {old};"
            f" ALTER TABLE {table} RENAME COLUMN {new} TO {name}; COMMIT",
        ),
        f"{_BATCHES}; before the names are swapped, give the new column what the old one has (default, indexes …)",
    )

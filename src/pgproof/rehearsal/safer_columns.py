"""What to run instead of a command of ALTER TABLE that fills a column in every row: a new one, or one of a new type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.catalog.statements.aligned import literal
from pgproof.rehearsal import forms
from pgproof.rehearsal.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERIALS = {"serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint"}
_SERIALS |= {"smallserial": "smallint", "serial2": "smallint"}


def added(node: Any, column: Any, filled: bool) -> Iterator[Form]:
    """Yield what to do instead of an ADD COLUMN that works on every row."""
    table, name = forms.as_sql(node.relation), forms.quoted(column.colname)
    has = {each.contype.name: each for each in column.constraints or ()}
    plain = forms.again(node)
    plain.cmds = tuple(
        each for each in plain.cmds if each.subtype.name == "AT_AddColumn" and each.def_.colname == column.colname
    )
    bare = plain.cmds[0].def_
    bare.constraints = None
    serial = _SERIALS.get(column.typeName.names[-1].sval)
    made = [forms.as_sql(plain)]
    required = "CONSTR_NOTNULL" in has or "CONSTR_PRIMARY" in has
    note = forms.BATCHES
    if serial or "CONSTR_IDENTITY" in has:
        yield Form(tuple(_numbered(table, node.relation, column, serial)), note)
        return
    if "CONSTR_GENERATED" in has:
        expression = forms.as_sql(has["CONSTR_GENERATED"].raw_expr)
        yield Form(
            (
                made[0],
                *_kept(table, node.relation, column.colname, f"SELECT {expression} FROM (SELECT NEW.*) AS new_row"),
                f"UPDATE {table} SET {name} = {expression} WHERE {name} IS DISTINCT FROM ({expression})",
            ),
            "a stored column is always written into each row at once: keep a plain one by a trigger, and"
            f" {forms.BATCHES}",
        )
        return
    default = has.get("CONSTR_DEFAULT")
    worth = default is not None and (filled or _is_called(default.raw_expr))
    if worth and default is not None:
        made.append(f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {forms.as_sql(default.raw_expr)}")
        made.append(f"UPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL")
    if worth and required:
        made += forms.not_null(table, name)
    later = [
        step for each in column.constraints or () for step in _column_constraint(table, node.relation, column, each)
    ]
    if _is_null(default) and set(has) <= {"CONSTR_FOREIGN", "CONSTR_DEFAULT", "CONSTR_NULL"}:
        # With any default, also NULL, PostgreSQL looks each row up; without one it knows that there is nothing to find.
        bare.constraints = tuple(each for kind, each in has.items() if kind == "CONSTR_FOREIGN")
        yield Form((forms.as_sql(plain),), "the column is NULL without a default, too, and then no row is looked up")
        return
    if not worth:
        # PostgreSQL keeps a constant for the rows that are there, and knows by that whether they are NULL.
        bare.constraints = tuple(each for kind, each in has.items() if kind in ("CONSTR_DEFAULT", "CONSTR_NOTNULL"))
        made = [forms.as_sql(plain)]
    if worth or later:
        unique = "CONSTR_UNIQUE" in has or "CONSTR_PRIMARY" in has
        yield Form((*made, *later), "; ".join((*([note] if worth else ()), *([forms.INVALID] if unique else ()))))


def _is_null(default: Any) -> bool:
    """Return whether a column has a default, and it is NULL, perhaps with a cast."""
    value: Any = None if default is None else default.raw_expr
    while type(value).__name__ == "TypeCast":
        value = value.arg
    return bool(getattr(value, "isnull", False))


def _is_called(expression: Any) -> bool:
    """Return whether a default calls a function that may give each row another value."""
    text = forms.as_sql(expression).lower()
    return type(expression).__name__ == "FuncCall" and not re.match(
        r"(pg_catalog\.)?(now|transaction_timestamp)\(", text
    )


def _column_constraint(table: str, relation: Any, column: Any, constraint: Any) -> Iterator[str]:
    kind, name = constraint.contype.name, forms.quoted(column.colname)
    if kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY"):
        ending = "pkey" if kind == "CONSTR_PRIMARY" else f"{column.colname}_key"
        yield from forms.by_index(
            table, forms.quoted(constraint.conname or f"{relation.relname}_{ending}"), constraint, [name]
        )
    elif kind == "CONSTR_CHECK":
        added = forms.quoted(constraint.conname or f"{relation.relname}_{column.colname}_check")
        yield f"ALTER TABLE {table} ADD CONSTRAINT {added} CHECK ({forms.as_sql(constraint.raw_expr)}) NOT VALID"
        yield f"ALTER TABLE {table} VALIDATE CONSTRAINT {added}"
    elif kind == "CONSTR_FOREIGN":
        added = forms.quoted(constraint.conname or f"{relation.relname}_{column.colname}_fkey")
        refers = re.sub(r"^.*?\bREFERENCES\b", "REFERENCES", forms.as_sql(constraint), flags=re.DOTALL)
        yield f"ALTER TABLE {table} ADD CONSTRAINT {added} FOREIGN KEY ({name}) {refers} NOT VALID"
        yield f"ALTER TABLE {table} VALIDATE CONSTRAINT {added}"


def _numbered(table: str, relation: Any, column: Any, serial: str | None) -> Iterator[str]:
    """Yield the steps to a serial or identity column: a plain one with a sequence, filled, then what it should be."""
    name = forms.quoted(column.colname)
    schema = f"{forms.quoted(relation.schemaname)}." if relation.schemaname else ""
    sequence = f"{schema}{forms.quoted(f'{relation.relname}_{column.colname}_filling')}"
    kind = serial or forms.as_sql(column.typeName)
    yield f"CREATE SEQUENCE {sequence} AS {kind}"
    yield f"ALTER TABLE {table} ADD COLUMN {name} {kind}"
    yield f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT nextval({literal(sequence)})"
    yield f"UPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL"
    yield from forms.not_null(table, name)
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
            f" SELECT setval(pg_get_serial_sequence({literal(table)}, {literal(column.colname)}),"
            f" nextval({literal(sequence)}));"
            f" DROP SEQUENCE {sequence}; COMMIT"
        )
    for each in column.constraints or ():
        yield from _column_constraint(table, relation, column, each)


def _kept(table: str, relation: Any, column: str, query: str) -> tuple[str, ...]:
    """Return the steps that keep a column by a trigger. query: its value, from NEW."""
    schema = f"{forms.quoted(relation.schemaname)}." if relation.schemaname else ""
    function = forms.quoted(f"keep_{relation.relname}_{column}")
    return (
        f"CREATE FUNCTION {schema}{function}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN NEW.{forms.quoted(column)} := ({query}); RETURN NEW; END $$",
        f"CREATE TRIGGER {function} BEFORE INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {schema}{function}()",
    )


def retyped(node: Any, command: Any) -> Form:
    """Return what to do instead of an ALTER COLUMN TYPE that rewrites the table. node: the ALTER TABLE around it."""
    table, relation = forms.as_sql(node.relation), node.relation
    column, other = command.name, f"{command.name}_new"
    name, new, old = forms.quoted(column), forms.quoted(other), forms.quoted(f"{column}_old")
    kind = forms.as_sql(command.def_.typeName)
    value = forms.as_sql(command.def_.raw_default) if command.def_.raw_default is not None else f"{name}::{kind}"
    schema = f"{forms.quoted(relation.schemaname)}." if relation.schemaname else ""
    function = forms.quoted(f"keep_{relation.relname}_{other}")
    return Form(
        (
            f"ALTER TABLE {table} ADD COLUMN {new} {kind}",
            *_kept(table, relation, other, f"SELECT {value} FROM (SELECT NEW.*) AS new_row"),
            f"UPDATE {table} SET {new} = {value} WHERE {new} IS DISTINCT FROM ({value})",
            f"BEGIN; DROP TRIGGER {function} ON {table}; DROP FUNCTION {schema}{function}();"
            f" ALTER TABLE {table} RENAME COLUMN {name} TO {old};"
            f" ALTER TABLE {table} RENAME COLUMN {new} TO {name}; COMMIT",
        ),
        f"{forms.BATCHES}; before the names are swapped, give the new column what the old one has (default, indexes …)",
    )

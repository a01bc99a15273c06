"""Guards for columns: NOT NULL, new ones that no row has a value for, and other types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards import casts
from pgproof.alignment.guards.blocks import REALIGN, WITHOUT, Attempt, Loss, Refusal
from pgproof.catalog.statements.aligned import literal
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.alignment.guards.blocks import Guard
    from pgproof.alignment.guards.tables import Table

_SERIALS = ("serial", "serial2", "serial4", "serial8", "bigserial", "smallserial")
# What is worked out each time it is read, and so for no row before.
_VIRTUAL = "v"
# From this version on PostgreSQL says whether a text is valid input of a type, without an error.
_ASKED_SINCE = 16


def not_null(table: Table, name: str) -> Iterator[Refusal]:
    """Yield the guard for a column that becomes NOT NULL, unless it is proved. name: without quotes."""
    if table.has_no_null(name):
        return
    yield Refusal(
        table,
        f"{table.at(name)} IS NULL",
        f"without a {forms.quoted(name)}",
        "not_null_violation",
        f"Give these rows a {forms.quoted(name)}, or delete them",
    )


def added(table: Table, column: Any, *, back: bool = False) -> Iterator[Guard]:
    """Yield the guard for a new column that the rows which are there could have no value for.

    back: whether this takes back what was done.
    """
    has = {each.contype.name: each for each in column.constraints or ()}
    if "CONSTR_IDENTITY" in has or column.typeName.names[-1].sval in _SERIALS:
        return
    required = "CONSTR_NOTNULL" in has or "CONSTR_PRIMARY" in has
    name = forms.quoted(column.colname)
    if "CONSTR_GENERATED" in has:
        expression = forms.as_sql(has["CONSTR_GENERATED"].raw_expr)
        if has["CONSTR_GENERATED"].generated_kind != _VIRTUAL or required:
            what = f"for which the new column {name} cannot be worked out"
            yield Attempt(table, f"({expression})::{forms.as_sql(column.typeName)}", what, "Change these rows")
        if required:
            what = f"for which the new column {name} would be NULL"
            yield Refusal(table, f"({expression}) IS NULL", what, "not_null_violation", "Change these rows")
        return
    domain = table.catalog.get("type", forms.as_sql(column.typeName))
    # A type that refuses NULL takes no column which is filled later.
    by_hand = "with a DEFAULT for these rows" if domain.get("not null") else "without NOT NULL, and fill it"
    required = required or bool(domain.get("not null"))
    if required and _is_null(has.get("CONSTR_DEFAULT")) and domain.get("default") is None:
        yield Refusal(
            table,
            "true",
            f"and none has a value for the new column {name}, which is NOT NULL without a default",
            "not_null_violation",
            f"Add {name} by hand, {by_hand}",
            then=WITHOUT if back else REALIGN,
        )


def retyped(table: Table, name: str, definition: Any, *, lossy: bool, back: bool) -> Iterator[Guard]:
    """Yield the guards for a column of another type. name: without quotes. lossy: whether values may lose something.

    back: whether this takes back what was done; values that were written since then keep all they have.
    """
    was, new = table.column(name).get("type"), forms.as_sql(definition.typeName)
    target = casts.spelled(definition.typeName)
    using = definition.raw_default
    plain = casts.is_plain(name, using)
    if was is None or (plain and casts.always_fits(was, target, table.catalog)):
        return
    expression = f"({forms.as_sql(using)})" if using else table.at(name)
    known = table.catalog.get("type", target)
    asked = plain and table.catalog.major >= _ASKED_SINCE
    changed = cut(table, name, definition)
    if changed and casts.is_text(was, table.catalog) and using:
        # A cast that is written takes every text and cuts it; one that is not refuses those that are too long.
        pass
    elif asked and casts.is_text(was, table.catalog) and (known or casts.is_built_in(target)):
        type_name = literal(target)
        yield Refusal(
            table,
            f"NOT pg_input_is_valid({table.at(name)}::text, {type_name})",
            f"whose {forms.quoted(name)} is no {target}",
            "invalid_text_representation",
            "Change these values, or delete these rows",
        )
    else:
        what = f"whose {forms.quoted(name)} does not become a {target}"
        yield Attempt(table, f"{expression}::{new}", what, "Change these values, or delete these rows")
    yield from _null_of_domain(table, name, target)
    if changed and lossy and not back:
        yield Loss(table, changed, f"a part of what {forms.quoted(name)} says")
    elif changed:
        yield Refusal(
            table,
            changed,
            f"whose {forms.quoted(name)} would lose a part as {target}",
            "string_data_right_truncation" if casts.is_text(was, table.catalog) else "numeric_value_out_of_range",
            "Change these values so that they fit" + ("" if back else ", or allow the loss"),
        )


def cut(table: Table, name: str, definition: Any) -> str | None:
    """Return the condition that a value loses a part in a column of another type, None if none can or none is known."""
    was, target = table.column(name).get("type"), casts.spelled(definition.typeName)
    if was is None or not casts.is_plain(name, definition.raw_default):
        return None
    return (
        None
        if casts.always_fits(was, target, table.catalog)
        else casts.loss(table.at(name), was, target, table.catalog, cast=forms.as_sql(definition.typeName))
    )


def recomputed(table: Table, name: str, expression: Any) -> Iterator[Guard]:
    """Yield the guards for a generated column that is worked out by another expression. name: without quotes."""
    column = table.column(name)
    value = forms.as_sql(expression)
    if "type" in column:
        what = f"for which the column {forms.quoted(name)} cannot be worked out"
        yield Attempt(table, f"({value})::{column['type']}", what, "Change these rows")
    if column.get("not null"):
        what = f"for which the column {forms.quoted(name)} would be NULL"
        yield Refusal(table, f"({value}) IS NULL", what, "not_null_violation", "Change these rows")


def _null_of_domain(table: Table, name: str, target: str) -> Iterator[Refusal]:
    domain = table.catalog.get("type", target)
    while domain.get("kind") == "d" and not domain.get("not null"):
        domain = table.catalog.get("type", domain["base"])
    if domain.get("not null"):
        yield from not_null(table, name)


def _is_null(default: Any) -> bool:
    """Return whether a column has no default, or NULL, perhaps with a cast."""
    value: Any = None if default is None else default.raw_expr
    while type(value).__name__ == "TypeCast":
        value = value.arg
    return value is None or bool(getattr(value, "isnull", False))

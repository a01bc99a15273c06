"""Whether a value meets a condition, compared by the column's type: here where texts decide, else by the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from stack.realtime.filters import BadFilterError, Condition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection

# Equal exactly if their texts are: PostgreSQL writes each value in one way only. (Not so numeric: 1.0 = 1.00.)
_ONE_TEXT = frozenset(
    {"bool", "int2", "int4", "int8", "oid", "uuid", "text", "varchar", "date", "time", "timestamp", "timestamptz"}
)
_EQUALITIES = frozenset({"eq", "neq", "in", "isdistinct"})
_SQL = {
    "eq": "{value} = {operand}",
    "neq": "{value} <> {operand}",
    "lt": "{value} < {operand}",
    "lte": "{value} <= {operand}",
    "gt": "{value} > {operand}",
    "gte": "{value} >= {operand}",
    "in": "{value} = ANY({operand})",
    "like": "{value} ~~ {operand}",
    "ilike": "{value} ~~* {operand}",
    "match": "{value} ~ {operand}",
    "imatch": "{value} ~* {operand}",
    "isdistinct": "{value} IS DISTINCT FROM {operand}",
}
_PATTERNS = frozenset({"like", "ilike", "match", "imatch"})
# Far fewer than the parameters that one statement may have.
_AT_ONCE = 500


@dataclass(frozen=True)
class Comparison:
    """A condition on a column of a known type. values: as PostgreSQL would write them, where texts decide.

    type_name: as SQL writes it. by_text: equality of texts is equality of values.
    """

    condition: Condition
    type_name: str
    values: tuple[str, ...]
    by_text: bool

    def decided(self, row: Mapping[str, str | None]) -> bool | None:
        """Return whether the row meets it; None if only the database can tell. A row without the column does not."""
        condition = self.condition
        if condition.column not in row:
            return False
        value = row[condition.column]
        if condition.operator == "is":
            return _is(value, condition.values[0]) != condition.negated
        if condition.operator == "isdistinct" and value is None:
            return not condition.negated
        if value is None:
            return False
        if self.by_text:
            return ((value in self.values) == (condition.operator in {"eq", "in"})) != condition.negated
        return None


def _is(value: str | None, wanted: str) -> bool:
    match wanted:
        case "null" | "unknown":
            return value is None
        case "not_null":
            return value is not None
        case _:
            return value == wanted[0]


async def bind(
    connection: AsyncConnection[Any], condition: Condition, pg_type: str, type_name: str, *, collated: bool
) -> Comparison:
    """Return the condition as a comparison of a column of this type, tried out once.

    pg_type: the type's name in pg_type; type_name: as SQL writes it. collated: the column's collation may call
    different texts equal. Raises BadFilterError if the database cannot compare so.
    """
    if condition.operator == "is":
        if condition.values[0] in {"true", "false", "unknown"} and pg_type != "bool":
            raise BadFilterError(f"'is.{condition.values[0]}' needs a boolean; '{condition.column}' is {type_name}")
        return Comparison(condition, type_name, condition.values, by_text=False)
    comparison = Comparison(condition, type_name, condition.values, by_text=False)
    try:
        # The operand also stands in for the value; not a pattern, which need not be of the column's type.
        sample = None if condition.operator in _PATTERNS else condition.values[0]
        await _ask(connection, [(comparison, sample)])
        if condition.operator in {"match", "imatch"}:
            await connection.execute("SELECT '' ~ %s", condition.values)
        if condition.operator not in _EQUALITIES or pg_type not in _ONE_TEXT or collated:
            return comparison
        # As the stream writes it: a cast to text says true where the stream says t.
        query = sql.SQL("SELECT ARRAY(SELECT format('%%s', given::{}) FROM unnest(%s::text[]) given)").format(
            sql.SQL(type_name)
        )
        ((canonical,),) = await (await connection.execute(query, [list(condition.values)])).fetchall()
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        reason = error.diag.message_primary or str(error)
        raise BadFilterError(f"the filter on '{condition.column}' cannot be used: {reason}") from None
    return Comparison(condition, type_name, tuple(canonical), by_text=True)


async def compare(connection: AsyncConnection[Any], asked: Sequence[tuple[Comparison, str | None]]) -> list[bool]:
    """Return what the database says to each comparison with a value, in order."""
    answers: list[bool] = []
    for start in range(0, len(asked), _AT_ONCE):
        answers += await _ask(connection, asked[start : start + _AT_ONCE])
    return answers


async def _ask(connection: AsyncConnection[Any], asked: Sequence[tuple[Comparison, str | None]]) -> list[bool]:
    expressions: list[sql.Composed] = []
    parameters: list[str | list[str] | None] = []
    for comparison, value in asked:
        operand: str | list[str]
        cast: sql.Composable
        condition = comparison.condition
        own_type = sql.SQL(comparison.type_name)
        if condition.operator == "in":
            operand, cast = list(condition.values), sql.SQL("%s::text[]::{}[]").format(own_type)
        else:
            operand = condition.values[0]
            cast = sql.SQL("%s::text") if condition.operator in _PATTERNS else sql.SQL("%s::text::{}").format(own_type)
        value_cast = sql.SQL("%s::text::{}").format(own_type)
        expression = sql.SQL(_SQL[condition.operator]).format(value=value_cast, operand=cast)
        parameters += [value, operand]
        expressions.append(
            sql.SQL("coalesce(NOT ({}), false)" if condition.negated else "coalesce({}, false)").format(expression)
        )
    query = sql.SQL("SELECT ARRAY[{}]").format(sql.SQL(", ").join(expressions))
    ((answers,),) = await (await connection.execute(query, parameters)).fetchall()
    return list(answers)

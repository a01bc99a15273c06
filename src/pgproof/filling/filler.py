"""Puts rows into tables, and mends what PostgreSQL refuses until it accepts them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, islice, product
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from pgproof.errors import first_line
from pgproof.filling import tables, values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pgproof.filling.tables import Column, Reference, Table

Row = dict[str, Any]

# Each attempt mends one thing.
_ATTEMPTS = 40
_COMBINATIONS = 4000
# How often another key is tried.
_SAME = 8
# The name of a check that is tried but not there.
_OLD = "the old check"
# Of these every value takes what values.py tries first.
_PLAIN = {
    "text",
    "character varying",
    "uuid",
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "date",
    "timestamp with time zone",
    "timestamp without time zone",
    "time without time zone",
    "interval",
    "json",
    "jsonb",
    "bytea",
    "inet",
}
# These too, whatever their length.
_TEXTS = ("character varying(", "character(")
# What is large for these, where no check says otherwise.
_LARGE = {
    "text": values.LONG[0],
    "character varying": values.LONG[0],
    "integer": "100000",
    "bigint": "3000000000",
    "numeric": values.MANY[0],
    "real": values.MANY[0],
    "double precision": values.MANY[0],
}
# Of these types of error, one of the given values has no meaning for its column.
_WRONG_VALUE = (
    psycopg.errors.DataError,
    psycopg.errors.DatatypeMismatch,
    psycopg.errors.CannotCoerce,
    psycopg.errors.UndefinedFunction,
)


class Unfit(Exception):
    """No row can be made to fit. table, what: the column or constraint that stands in the way. why: one sentence."""

    def __init__(self, table: str, what: str, why: str) -> None:
        super().__init__(f"{table}, {what}: {why}")
        self.table, self.what, self.why = table, what, why


class Filler:
    """Fills the tables of one database. Use it in a transaction, as a role that no policy binds.

    first: the number from which values are made; two fillers of one database that differ in it make other values.
    closed: the tables into which no row may go.
    """

    def __init__(self, connection: psycopg.Connection[Any], first: int = 1, closed: Collection[str] = ()) -> None:
        self._connection = connection
        self._closed = closed
        self._tables: dict[str, Table] = {}
        # The columns that had to be made up, by table: the next row will need them, too.
        self._learned: dict[str, dict[str, None]] = {}
        self._numbers = count(first)
        self._filling: list[str] = []

    def table(self, name: str) -> Table:
        """Return what a table demands. name: with its schema. Raises psycopg.errors.UndefinedTable."""
        if name not in self._tables:
            self.read([name])
        return self._tables[name]

    def read(self, names: Sequence[str]) -> None:
        """Read what these tables demand, all at once. Raises psycopg.errors.UndefinedTable."""
        self._tables.update(tables.read(self._connection, names))

    def insert(self, name: str, given: Mapping[str, Any], suggested: Mapping[str, Any] | None = None) -> Row:
        """Insert a row with the given values as far as the table has the columns, and return the whole row.

        A given value is replaced where the table cannot take it; one that is only suggested, also where another row has
        it already. Rows of other tables are made where a foreign key demands them. Raises Unfit.
        """
        if name in self._closed:
            raise Unfit(name, "a row", f"{name} is left empty: the scripts insert rows there, or fail on made ones")
        if leaves := self.table(name).leaves:
            # A row that belongs to no particular partition may go into any.
            return self.insert(leaves[0], given, suggested)
        if name in self._filling:
            raise Unfit(
                name, "its foreign keys", f"a row needs another one of the same table ({' → '.join(self._filling)})"
            )
        self._filling.append(name)
        try:
            return self._insert(self.table(name), given, suggested or {})
        finally:
            self._filling.pop()

    def refer(self, name: str, given: Mapping[str, Any]) -> None:
        """Make the rows that a row of a table with these values would refer to, if they are missing. Raises Unfit."""
        for reference in self.table(name).references.values():
            if not all(column in given for column in reference.columns):
                continue
            keys = {key: given[own] for own, key in zip(reference.columns, reference.keys, strict=True)}
            same = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(key)) for key in keys)
            query = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})").format(sql.SQL(reference.to), same)
            if self._connection.execute(query, list(keys.values())).fetchone() == (False,):
                self.insert(reference.to, keys)

    def value(self, name: str, column: str) -> Any:
        """Return a value that a column of a table takes, also where it need not have one. Raises Unfit."""
        return self._value(self.table(name), column)

    def keys(self, reference: Reference) -> Row:
        """Return the columns of a foreign key with the values of a row to which it may refer. Raises Unfit."""
        columns = sql.SQL(", ").join(map(sql.Identifier, reference.keys))
        query = sql.SQL("SELECT {} FROM {} AS own WHERE ({}) IS NOT NULL LIMIT 1").format(
            columns, sql.SQL(reference.to), columns
        )
        found = self._connection.execute(query).fetchone()
        if found is None:
            made = self.insert(reference.to, {})
            found = tuple(made[key] for key in reference.keys)
        return dict(zip(reference.columns, found, strict=True))

    def breaking(self, name: str, columns: Sequence[str], expression: str) -> Row | None:
        """Return values of columns for which an expression is false and which the table takes; None if none is found.

        expression: as a check that the table does not have.
        """
        table = self.table(name)
        checks = {**table.checks, _OLD: tables.Check(tuple(columns), expression)}
        strict = replace(table, checks=checks)
        choices = [list(self._candidates(strict, column)) for column in columns]
        for combination in islice(product(*choices), _COMBINATIONS):
            row = dict(zip(columns, combination, strict=True))
            if self._failing(strict, row) == {_OLD}:
                return row
        return None

    def beyond(self, name: str, column: str, kind: str) -> str | None:
        """Return a value that a column takes and another type does not hold, None if none is found. kind: that type."""
        table = self.table(name)
        for value in [*values.LARGE, *self._candidates(table, column)]:
            if self._failing(table, {column: value}) == set() and not self._holds(table.columns[column], kind, value):
                return value
        return None

    def large(self, name: str, column: str) -> str | None:
        """Return a long text or a large number that a column takes, None for other types and if it takes none."""
        table = self.table(name)
        own = table.columns[column]
        known = values.LONG[0] if own.type.startswith(_TEXTS) else _LARGE.get(own.type)
        if known is not None and not own.checks and not any(column in each.columns for each in table.checks.values()):
            # Most columns are like that, and need no question to PostgreSQL.
            return known
        for value in {"S": values.LONG, "N": values.MANY}.get(own.category, ()):
            if self._is_one_of(own, value) and self._failing(table, {column: value}) == set():
                return value
        return None

    def _is_one_of(self, column: Column, value: str) -> bool:
        """Return whether a value is one of a column's type, also where no check looks at it."""
        query = sql.SQL("SELECT ({})::text").format(_cast(column))
        try:
            with self._connection.transaction():
                self._connection.execute(query, [value])
        except psycopg.Error:
            return False
        return True

    def _holds(self, column: Column, kind: str, value: str) -> bool:
        query = sql.SQL("SELECT {0}::text = ({0}::text::{1})::text").format(_cast(column), sql.SQL(kind))
        try:
            with self._connection.transaction():
                return self._connection.execute(query, [value, value]).fetchone() == (True,)
        except psycopg.Error:
            return False

    def _insert(self, table: Table, given: Mapping[str, Any], suggested: Mapping[str, Any]) -> Row:
        row = {
            column: value
            for column, value in {**suggested, **given}.items()
            if column in table.columns and not table.columns[column].refused
        }
        for column in self._learned.get(table.name, ()):
            if row.get(column) is None:
                row[column] = self._value(table, column)
        for attempt in range(_ATTEMPTS):
            try:
                return self._try(table, row)
            except psycopg.errors.NotNullViolation as error:
                self._mend_null(table, row, error)
            except psycopg.errors.CheckViolation as error:
                self._mend_check(table, row, error)
            except psycopg.errors.ForeignKeyViolation as error:
                self._mend_reference(table, row, error)
            except (psycopg.errors.UniqueViolation, psycopg.errors.ExclusionViolation) as error:
                self._mend_unique(table, row, given, attempt, error)
            except _WRONG_VALUE as error:
                self._mend_value(table, row, error)
            except psycopg.Error as error:
                raise Unfit(table.name, error.diag.constraint_name or "a row", first_line(error)) from None
        raise Unfit(table.name, "a row", f"PostgreSQL still refuses it after {_ATTEMPTS} corrections")

    def _try(self, table: Table, row: Row) -> Row:
        """Insert a row and return it. Deferred constraints are checked at once. Raises psycopg.Error."""
        columns = sql.SQL(", ").join(map(sql.Identifier, row))
        places = sql.SQL(", ").join(_cast(table.columns[column]) for column in row)
        values_ = sql.SQL("({}) VALUES ({})").format(columns, places) if row else sql.SQL("DEFAULT VALUES")
        insert = sql.SQL("INSERT INTO {} {} RETURNING *").format(sql.SQL(table.name), values_)
        with self._connection.transaction(), self._connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            found = cursor.execute(insert, list(row.values())).fetchone()
        if found is None:
            raise Unfit(table.name, "a rule", "it turns an INSERT into something else")
        return found

    def _mend_null(self, table: Table, row: Row, error: psycopg.Error) -> None:
        column = error.diag.column_name or self._of_domain(table, row, error)
        if column not in table.columns or row.get(column) is not None:
            raise Unfit(table.name, column or "a column", first_line(error))
        if column in row and (table.columns[column].default or table.columns[column].makes_itself):
            # A given NULL, where the default will do.
            del row[column]
            return
        row[column] = self._value(table, column)
        self._learned.setdefault(table.name, {})[column] = None

    def _of_domain(self, table: Table, row: Row, error: psycopg.Error) -> str:
        """Return the first column without a value whose domain takes no NULL; PostgreSQL names the domain only."""
        found = (each.name for each in table.columns.values() if each.domain == error.diag.datatype_name)
        return next((name for name in found if row.get(name) is None), "")

    def _mend_check(self, table: Table, row: Row, error: psycopg.Error) -> None:
        name = error.diag.constraint_name or (tables.PARTITION if "partition constraint" in first_line(error) else "")
        if name in table.checks:
            columns = table.checks[name].columns
        else:
            columns = tuple(each.name for each in table.columns.values() if each.domain == error.diag.datatype_name)
        if not columns:
            raise Unfit(table.name, name or "a row", first_line(error))
        self._search(table, row, columns, name or "a row", first_line(error))

    def _mend_reference(self, table: Table, row: Row, error: psycopg.Error) -> None:
        reference = table.references.get(error.diag.constraint_name or "")
        if reference is None:
            raise Unfit(table.name, error.diag.constraint_name or "a foreign key", first_line(error))
        own = [row.get(column) for column in reference.columns]
        self.insert(reference.to, dict(zip(reference.keys, own, strict=True)))

    def _mend_unique(
        self, table: Table, row: Row, given: Mapping[str, Any], attempt: int, error: psycopg.Error
    ) -> None:
        name = error.diag.constraint_name or ""
        own = [each for each in table.unique.get(name, ()) if each in row and given.get(each) is None]
        # Where each new parent brings such a row itself, a further one would not help.
        if not own or attempt > _SAME:
            raise Unfit(table.name, name or "a unique index", "two of the sample rows have the same key in it")
        for column in own:
            row[column] = self._value(table, column, attempt)

    def _mend_value(self, table: Table, row: Row, error: psycopg.Error) -> None:
        """Leave out the values that are none for their columns' types; what is needed is then made up."""
        wrong = [column for column in row if self._failing(table, {column: row[column]}, checks=()) is None]
        if not wrong:
            raise Unfit(table.name, "a row", first_line(error))
        for column in wrong:
            del row[column]

    def _value(self, table: Table, column: str, attempt: int = 0) -> Any:
        """Return a value for a column: a key of another table, or one that its own checks allow. Raises Unfit.

        attempt: how many values were in vain; another one comes where there is one.
        """
        reference = table.reference(column)
        if reference is not None:
            return self._key(reference, alone=table.is_unique(column))
        checks = {name: check for name, check in table.checks.items() if column in check.columns}
        alone = [name for name, check in checks.items() if check.columns == (column,)]
        last = None
        for value in self._candidates(table, column):
            if self._is_plain(table.columns[column], alone) and not attempt:
                return value
            if self._failing(table, {column: value}, checks=alone) == set():
                last, attempt = value, attempt - 1
                if attempt < 0:
                    return value
        if last is not None:
            return last
        raise Unfit(table.name, column, f"no value of type {table.columns[column].type} was found that it takes")

    def _key(self, reference: Reference, *, alone: bool) -> Any:
        """Return the key of a row in another table. alone: of a new one, which no other row refers to."""
        if not alone:
            key, to = sql.Identifier(reference.keys[0]), sql.SQL(reference.to)
            query = sql.SQL("SELECT {} FROM {} AS own WHERE {} IS NOT NULL LIMIT 1").format(key, to, key)
            found = self._connection.execute(query).fetchone()
            if found is not None:
                return found[0]
        return self.insert(reference.to, {})[reference.keys[0]]

    def _is_plain(self, column: Column, checks: Sequence[str]) -> bool:
        """Return whether a column takes the first value that comes to mind, without asking PostgreSQL."""
        known = column.type in _PLAIN or column.type.startswith(_TEXTS)
        return known and not checks and not column.checks

    def _candidates(self, table: Table, column: str) -> Iterator[str]:
        checks = [check.expression for check in table.checks.values() if column in check.columns]
        return values.candidates(table.columns[column], checks, next(self._numbers))

    def _search(self, table: Table, row: Row, columns: Sequence[str], what: str, why: str) -> None:
        """Change these columns of a row, as few as possible, until a check holds and no other is broken by that."""
        before = self._failing(table, row)
        # The last column changes first, so those that have a value come first.
        ordered = sorted(columns, key=lambda column: column not in row)
        own = [
            [row.get(column)] if self._is_fixed(table, column) else [row.get(column), *self._candidates(table, column)]
            for column in ordered
        ]
        # Other keys cost rows of other tables, so they come last: people who may not be the same, for example.
        for with_keys in (False, True):
            choices = [
                [*values_, *self._other_keys(table, column)] if with_keys else values_
                for column, values_ in zip(ordered, own, strict=True)
            ]
            for combination in islice(product(*choices), _COMBINATIONS):
                chosen = zip(ordered, combination, strict=True)
                changed = {**row, **{column: value for column, value in chosen if value is not None or column in row}}
                # PostgreSQL has just refused the row as it was.
                failing = self._failing(table, changed) if changed != row else None
                if failing is not None and what not in failing and (before is None or failing <= before):
                    row.update(changed)
                    return
        raise Unfit(table.name, what, why)

    def _other_keys(self, table: Table, column: str) -> list[Any]:
        """Return a new key for a column that refers to another table alone, nothing for other columns. Raises Unfit."""
        reference = table.reference(column)
        if reference is None or table.columns[column].refused or reference.to == table.name:
            return []
        return [self._key(reference, alone=True)]

    def _is_fixed(self, table: Table, column: str) -> bool:
        return table.columns[column].refused or any(
            column in reference.columns for reference in table.references.values()
        )

    def _failing(self, table: Table, row: Row, checks: Sequence[str] | None = None) -> set[str] | None:
        """Return the checks that a row breaks, None if it has a value that is none of its column's type.

        checks: the names of those that count, None for all.
        """
        asked = {name: table.checks[name].expression for name in (table.checks if checks is None else checks)}
        needed = {column for name in asked for column in table.checks[name].columns}
        columns = [
            sql.SQL("{} AS {}").format(_cast(each) if each.name in row else _default(each), sql.Identifier(each.name))
            for each in table.columns.values()
            if each.name in row or each.name in needed
        ]
        judged = [
            sql.SQL("CASE WHEN ({}) IS FALSE THEN {} END").format(_expression(expression), sql.Literal(name))
            for name, expression in asked.items()
        ]
        columns = columns or [sql.SQL("{}").format(sql.NULL)]
        query = sql.SQL("SELECT array_remove(ARRAY[{}]::text[], NULL) FROM (SELECT {}) AS {}").format(
            sql.SQL(", ").join(judged), sql.SQL(", ").join(columns), sql.Identifier(table.name.rpartition(".")[2])
        )
        given = [row[each.name] for each in table.columns.values() if each.name in row]
        try:
            with self._connection.transaction():
                found = self._connection.execute(query, given).fetchone()
        except psycopg.Error:
            return None
        return set(found[0]) if found is not None else set()


def _cast(column: Column) -> sql.Composable:
    # An explicit cast cuts a text that is too long.
    return sql.SQL("CAST(%s AS {})").format(sql.SQL(column.type))


def _default(column: Column) -> sql.Composable:
    if column.default is None or column.refused:
        return sql.SQL("CAST(NULL AS {})").format(sql.SQL(_without_domain(column)))
    return sql.SQL("CAST({} AS {})").format(_expression(column.default), sql.SQL(column.type))


def _without_domain(column: Column) -> str:
    """Return a type that takes NULL: a domain may not."""
    return column.base if column.domain != column.base else column.type


def _expression(text: str) -> sql.Composable:
    # The query has parameters, so a percent sign counts.
    return sql.SQL(text.replace("%", "%%"))

"""What tables take: their columns, keys, checks and enums; and what one shape takes that an earlier one refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

_TABLES = """
SELECT c.oid, format('%I.%I', n.nspname, c.relname), n.nspname || '.' || c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'
  AND n.nspname <> 'information_schema'
"""
_COLUMNS = """
SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%'
  AND n.nspname <> 'information_schema' AND a.attnum > 0 AND NOT a.attisdropped
"""
# Of an index over expressions, the columns are those whose names stand in its definition. Its own name does not matter.
_UNIQUE = """
SELECT i.indrelid,
  ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0
    AND NOT a.attisdropped AND (a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
      OR (i.indexprs IS NOT NULL AND pg_get_indexdef(i.indexrelid) ~ ('\\m' || a.attname || '\\M')))),
  regexp_replace(pg_get_indexdef(i.indexrelid), '^.*? USING ', '') || i.indisexclusion::text
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE (i.indisunique OR i.indisexclusion) AND i.indisvalid AND c.relkind IN ('r', 'p')
"""
_CONSTRAINTS = """
SELECT k.conrelid, k.contype,
  ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY own (n, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = own.n ORDER BY own.place),
  coalesce(pg_get_expr(k.conbin, k.conrelid), k.confrelid::regclass::text)
FROM pg_constraint k WHERE k.contype IN ('c', 'f') AND k.conrelid <> 0
"""
_LABELS = """
SELECT format_type(e.enumtypid, NULL), array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
FROM pg_enum e GROUP BY 1
"""


@dataclass(frozen=True)
class Column:
    """A column: its name, its type as a cast names it, and whether it is NOT NULL."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class Shape:
    """What one table takes. name: quoted where SQL demands it. plain: without quotes. columns: by number.

    unique: the columns of each unique index and exclusion constraint, by definition. checks: the columns of each, by
    expression. keys: the columns of each foreign key, with the table to which it refers.
    """

    name: str
    plain: str
    columns: Mapping[int, Column]
    unique: Mapping[str, tuple[str, ...]]
    checks: Mapping[str, tuple[str, ...]]
    keys: frozenset[tuple[tuple[str, ...], str]]


@dataclass(frozen=True)
class Shapes:
    """All tables of a database, by their numbers, and the labels of its enums."""

    tables: Mapping[int, Shape]
    labels: Mapping[str, tuple[str, ...]]

    def named(self, plain: str) -> Shape | None:
        """Return the table of this name, None if there is none."""
        return next((each for each in self.tables.values() if each.plain == plain), None)

    def earlier(self, number: int, shape: Shape) -> Shape | None:
        """Return this table as it was in these shapes: the same one, perhaps renamed, or one of the same name."""
        return self.tables.get(number) or self.named(shape.plain)


@dataclass(frozen=True)
class Freedom:
    """Something that a table takes and did not take before. table: quoted where SQL demands it. columns: concerned.

    kind: "null", "same", "check", "type", "label" or "parent". old: the old check, type or label's enum, as SQL.
    value: the new label.
    """

    table: str
    kind: str
    columns: tuple[str, ...]
    old: str = ""
    value: str = ""

    def __str__(self) -> str:
        columns = ", ".join(self.columns)
        return {
            "null": f"{columns} of a row of {self.table} is NULL",
            "same": f"two rows of {self.table} have the same {columns}",
            "check": f"a row of {self.table} breaks the old check {self.old}",
            "type": f"{columns} of a row of {self.table} has a value that is none of the old type, {self.old}",
            "label": f"{columns} of a row of {self.table} is '{self.value}'",
            "parent": f"{columns} of a row of {self.table} is in no row of {self.old}",
        }[self.kind]


def read(connection: psycopg.Connection[Any]) -> Shapes:
    """Return the shapes of all tables. The sources are pg_attribute, pg_index, pg_constraint and pg_enum."""
    columns: dict[int, dict[int, Column]] = {}
    for table, number, name, kind, required in connection.execute(_COLUMNS):
        columns.setdefault(table, {})[number] = Column(name, kind, required)
    unique: dict[int, dict[str, tuple[str, ...]]] = {}
    for table, own, definition in connection.execute(_UNIQUE):
        unique.setdefault(table, {})[definition] = tuple(own)
    checks: dict[int, dict[str, tuple[str, ...]]] = {}
    keys: dict[int, set[tuple[tuple[str, ...], str]]] = {}
    for table, kind, own, what in connection.execute(_CONSTRAINTS):
        if kind == "c":
            checks.setdefault(table, {})[what] = tuple(own)
        else:
            keys.setdefault(table, set()).add((tuple(own), what))
    tables = {
        number: Shape(
            name,
            plain,
            columns.get(number, {}),
            unique.get(number, {}),
            checks.get(number, {}),
            frozenset(keys.get(number, ())),
        )
        for number, name, plain in connection.execute(_TABLES)
    }
    labels = {name: tuple(each) for name, each in connection.execute(_LABELS)}
    return Shapes(tables, labels)


def changed(before: Shapes, after: Shapes) -> list[Shape]:
    """Return the tables that are new, or take something else than before."""
    return [
        shape
        for number, shape in after.tables.items()
        if before.earlier(number, shape) != shape
        or any(before.labels.get(each.type) != after.labels.get(each.type) for each in shape.columns.values())
    ]


def freedoms(before: Shapes, after: Shapes) -> Iterator[Freedom]:
    """Yield what tables that were there before take now and did not take then, by the names of today."""
    for number, now in sorted(after.tables.items(), key=lambda each: each[1].name):
        was = before.earlier(number, now)
        if was is None:
            continue
        today = {column.name: now.columns[n].name for n, column in was.columns.items() if n in now.columns}
        yield from _of_columns(before, after, was, now)
        for definition, columns in was.unique.items():
            if definition not in now.unique and columns and all(each in today for each in columns):
                yield Freedom(now.name, "same", tuple(today[each] for each in columns))
        for expression, columns in was.checks.items():
            if expression not in now.checks and columns and all(today.get(each) == each for each in columns):
                yield Freedom(now.name, "check", columns, expression)
        for columns, to in was.keys - now.keys:
            # Another action on delete is no other key; neither is one that is merely renamed.
            if all(each in today for each in columns):
                yield Freedom(now.name, "parent", tuple(today[each] for each in columns), to)


def _of_columns(before: Shapes, after: Shapes, was: Shape, now: Shape) -> Iterator[Freedom]:
    for number, column in now.columns.items():
        old = was.columns.get(number)
        if old is None:
            continue
        if old.required and not column.required:
            yield Freedom(now.name, "null", (column.name,))
        if old.type != column.type:
            yield Freedom(now.name, "type", (column.name,), old.type)
        known = before.labels.get(column.type)
        for label in after.labels.get(column.type, ()):
            if known is not None and old.type == column.type and label not in known:
                yield Freedom(now.name, "label", (column.name,), column.type, label)

"""What a table demands of a row, read from the system catalogs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

_COLUMNS = """
WITH RECURSIVE base (column_type, type, checks) AS (
  SELECT DISTINCT a.atttypid, a.atttypid, NULL::text[] FROM pg_attribute a
  WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0
  UNION ALL
  SELECT b.column_type, t.typbasetype,
    b.checks || ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid = t.oid)
  FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd'
)
SELECT a.attname, format_type(a.atttypid, a.atttypmod), t.typname, t.typcategory,
  coalesce(pg_get_expr(d.adbin, d.adrelid), declared.typdefault), a.attgenerated <> '' OR a.attidentity = 'a',
  a.attidentity <> '',
  ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
  coalesce(b.checks, '{}'), declared.typname
FROM pg_attribute a
JOIN base b ON b.column_type = a.atttypid
JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
JOIN pg_type declared ON declared.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
_NAMES = (
    "ARRAY(SELECT a.attname::text FROM unnest({keys}) WITH ORDINALITY own (n, place)"
    " JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = own.n ORDER BY own.place)"
)
_CONSTRAINTS = f"""
SELECT k.conname, k.contype, {_NAMES.format(keys="k.conkey", table="k.conrelid")}, pg_get_expr(k.conbin, k.conrelid),
  (SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = k.confrelid),
  {_NAMES.format(keys="k.confkey", table="k.confrelid")}
FROM pg_constraint k WHERE k.conrelid = %(table)s::regclass AND k.contype IN ('c', 'f') ORDER BY k.conname
"""
# The columns of an expression index are those whose names stand in its definition.
_UNIQUE = """
SELECT c.relname, ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0
  AND NOT a.attisdropped AND (a.attnum = ANY (i.indkey)
    OR (i.indexprs IS NOT NULL AND pg_get_indexdef(i.indexrelid) ~ ('\\m' || a.attname || '\\M'))))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(table)s::regclass AND i.indisunique
"""


@dataclass(frozen=True)
class Column:
    """A column. type: as a cast names it. base: the name of its type below all domains. category: of that type.

    default: the expression, None for none. refused: whether no row may give it a value. makes_itself: whether it is an
    identity. labels: of an enum. checks: of its domains. domain: the name of its type as declared.
    """

    name: str
    type: str
    base: str
    category: str
    default: str | None
    refused: bool
    makes_itself: bool
    labels: tuple[str, ...]
    checks: tuple[str, ...]
    domain: str


@dataclass(frozen=True)
class Check:
    """A CHECK constraint."""

    columns: tuple[str, ...]
    expression: str


@dataclass(frozen=True)
class Reference:
    """A foreign key. to: the referenced table and its columns, in the order of the own ones."""

    columns: tuple[str, ...]
    to: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table. Each mapping goes by name; unique: the columns of each unique index."""

    name: str
    columns: Mapping[str, Column] = field(repr=False)
    checks: Mapping[str, Check] = field(repr=False)
    references: Mapping[str, Reference] = field(repr=False)
    unique: Mapping[str, tuple[str, ...]] = field(repr=False)

    def is_unique(self, column: str) -> bool:
        """Return whether a value of this column may occur once, alone or together with others."""
        return any(column in columns for columns in self.unique.values())

    def reference(self, column: str) -> Reference | None:
        """Return the foreign key of this column alone, None if it has none."""
        return next((each for each in self.references.values() if each.columns == (column,)), None)


def read(connection: psycopg.Connection[Any], name: str) -> Table:
    """Return a table. name: with its schema. Raises psycopg.errors.UndefinedTable."""
    asked = {"table": name}
    columns = {}
    for own, kind, base, category, default, refused, itself, labels, domains, declared in connection.execute(
        _COLUMNS, asked
    ):
        column = Column(own, kind, base, category, default, refused, itself, tuple(labels), tuple(domains), declared)
        columns[own] = column
    checks, references = {}, {}
    for constraint, kind, own, expression, to, keys in connection.execute(_CONSTRAINTS.encode(), asked):
        if kind == "c":
            checks[constraint] = Check(tuple(own), expression)
        else:
            references[constraint] = Reference(tuple(own), to, tuple(keys))
    unique = {index: tuple(each) for index, each in connection.execute(_UNIQUE, asked)}
    return Table(name, columns, checks, references, unique)

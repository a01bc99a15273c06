"""What a table demands of a row, read from the system catalogs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

# The tables that are asked about, each with the name that the caller uses.
_ASKED = "(SELECT name, name::regclass AS id FROM unnest(%(tables)s::text[]) name)"
_COLUMNS = f"""
WITH RECURSIVE asked AS MATERIALIZED {_ASKED}, base (column_type, type, checks) AS (
  SELECT DISTINCT a.atttypid, a.atttypid, NULL::text[] FROM pg_attribute a JOIN asked t ON a.attrelid = t.id
  WHERE a.attnum > 0
  UNION ALL
  SELECT b.column_type, t.typbasetype,
    b.checks || ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid = t.oid)
  FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd'
)
SELECT asked.name, a.attname, format_type(a.atttypid, a.atttypmod), t.typname, t.typcategory,
  coalesce(pg_get_expr(d.adbin, d.adrelid), declared.typdefault), a.attgenerated <> '' OR a.attidentity = 'a',
  a.attidentity <> '',
  ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
  coalesce(b.checks, '{{}}'), declared.typname, a.attnotnull
FROM asked JOIN pg_attribute a ON a.attrelid = asked.id
JOIN base b ON b.column_type = a.atttypid
JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
JOIN pg_type declared ON declared.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
ORDER BY asked.name, a.attnum
"""
_NAMES = (
    "ARRAY(SELECT a.attname::text FROM unnest({keys}) WITH ORDINALITY own (n, place)"
    " JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = own.n ORDER BY own.place)"
)
# What a partition takes is a check without a name. The columns of an expression are those whose names stand in it.
PARTITION = "its partition"
_CONSTRAINTS = f"""
SELECT asked.name, k.conname, k.contype, {_NAMES.format(keys="k.conkey", table="k.conrelid")},
  pg_get_expr(k.conbin, k.conrelid),
  (SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = k.confrelid),
  {_NAMES.format(keys="k.confkey", table="k.confrelid")}
FROM {_ASKED} asked JOIN pg_constraint k ON k.conrelid = asked.id WHERE k.contype IN ('c', 'f')
UNION ALL
SELECT asked.name, '{PARTITION}', 'c',
  ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = asked.id AND a.attnum > 0
    AND bound ~ ('\\m' || a.attname || '\\M')), bound, NULL, '{{}}'
FROM {_ASKED} asked JOIN pg_class c ON c.oid = asked.id AND c.relispartition,
  pg_get_partition_constraintdef(asked.id) bound WHERE bound IS NOT NULL
ORDER BY 1, 2
"""
_UNIQUE = f"""
SELECT asked.name, c.relname, ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid
  AND a.attnum > 0 AND NOT a.attisdropped AND (a.attnum = ANY (i.indkey)
    OR (i.indexprs IS NOT NULL AND pg_get_indexdef(i.indexrelid) ~ ('\\m' || a.attname || '\\M'))))
FROM {_ASKED} asked JOIN pg_index i ON i.indrelid = asked.id JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indisunique OR i.indisexclusion
"""
_LEAVES = f"""
SELECT asked.name, format('%%I.%%I', n.nspname, leaf.relname)
FROM {_ASKED} asked JOIN pg_class c ON c.oid = asked.id AND c.relkind = 'p', pg_partition_tree(asked.id) tree
JOIN pg_class leaf ON leaf.oid = tree.relid AND leaf.relkind = 'r' JOIN pg_namespace n ON n.oid = leaf.relnamespace
WHERE tree.isleaf ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Column:
    """A column. type: as a cast names it. base: the name of its type below all domains. category: of that type.

    default: the expression, None for none. refused: whether no row may give it a value. makes_itself: whether it is an
    identity. labels: of an enum. checks: of its domains. domain: the name of its type as declared. required: NOT NULL.
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
    required: bool


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
    """A table. Each mapping goes by name; unique: the columns of each unique index or exclusion constraint.

    leaves: of a partitioned table, the tables that hold its rows.
    """

    name: str
    columns: Mapping[str, Column] = field(repr=False)
    checks: Mapping[str, Check] = field(repr=False)
    references: Mapping[str, Reference] = field(repr=False)
    unique: Mapping[str, tuple[str, ...]] = field(repr=False)
    leaves: tuple[str, ...] = ()

    def is_unique(self, column: str) -> bool:
        """Return whether a value of this column may occur once, alone or together with others."""
        return any(column in columns for columns in self.unique.values())

    def reference(self, column: str) -> Reference | None:
        """Return the foreign key of this column alone, None if it has none."""
        return next((each for each in self.references.values() if each.columns == (column,)), None)


def read(connection: psycopg.Connection[Any], names: Sequence[str]) -> dict[str, Table]:
    """Return tables, by the names that were asked for. names: each with its schema, quoted where SQL demands it.

    Raises psycopg.errors.UndefinedTable.
    """
    asked = {"tables": list(names)}
    columns: dict[str, dict[str, Column]] = {name: {} for name in names}
    checks: dict[str, dict[str, Check]] = {name: {} for name in names}
    references: dict[str, dict[str, Reference]] = {name: {} for name in names}
    unique: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in names}
    leaves: dict[str, list[str]] = {name: [] for name in names}
    for table, own, kind, base, category, default, refused, itself, labels, domains, *more in connection.execute(
        _COLUMNS.encode(), asked
    ):
        columns[table][own] = Column(
            own, kind, base, category, default, refused, itself, tuple(labels), tuple(domains), *more
        )
    for table, constraint, kind, own, expression, to, keys in connection.execute(_CONSTRAINTS.encode(), asked):
        if kind == "c":
            checks[table][constraint] = Check(tuple(own), expression)
        else:
            references[table][constraint] = Reference(tuple(own), to, tuple(keys))
    for table, index, own in connection.execute(_UNIQUE.encode(), asked):
        unique[table][index] = tuple(own)
    for table, leaf in connection.execute(_LEAVES.encode(), asked):
        leaves[table].append(leaf)
    return {
        name: Table(name, columns[name], checks[name], references[name], unique[name], tuple(leaves[name]))
        for name in names
    }

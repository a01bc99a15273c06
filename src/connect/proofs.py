"""What the catalog says of all rows at once: SQL that is true where no row can be otherwise, or none should."""

from __future__ import annotations

NOTHING = "false"

# Of a table that stores its rows itself. An heir is not held to its parent's keys, and a foreign table to nothing.
_STORED = """
SELECT FROM pg_class c WHERE c.oid = 'public.{table}'::regclass AND (
  c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
  OR c.relkind = 'p' AND NOT EXISTS (
    SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class part ON part.oid = p.relid
    WHERE part.relkind NOT IN ('r', 'p')))
"""
_NOT_NULL = """
SELECT FROM pg_attribute WHERE attrelid = 'public.{table}'::regclass AND attname = '{column}' AND attnotnull
  AND NOT EXISTS (SELECT FROM pg_constraint
    WHERE conrelid = attrelid AND contype = 'n' AND NOT convalidated AND attnum = ANY (conkey))
"""
_CHECK = """
SELECT FROM pg_constraint k WHERE k.conrelid = 'public.{table}'::regclass AND k.contype = 'c' AND k.convalidated
  AND pg_get_expr(k.conbin, k.conrelid) IN ({expressions})
"""
# A deferrable key holds only when a transaction ends, and an index that is being built, or failed to be, holds nothing.
_UNIQUE = """
SELECT FROM pg_index i WHERE i.indrelid = 'public.{table}'::regclass
  AND i.indisunique AND i.indisvalid AND i.indisready AND i.indislive AND i.indimmediate AND NOT i.indisexclusion
  AND i.indnkeyatts = {number} AND ARRAY[{columns}]::text[] = (
    SELECT array_agg(named ORDER BY named COLLATE "C")
    FROM generate_series(1, {number}) n, pg_get_indexdef(i.indexrelid, n, false) AS named)
  AND coalesce(pg_get_expr(i.indpred, i.indrelid), '{predicate}') = '{predicate}'
"""
# Each key has two triggers on either table; one that is not enforced has none. What is partitioned has keys of its own
# for each part, which are not followed here.
_KEY = """
SELECT FROM pg_constraint k
WHERE k.contype = 'f' AND k.convalidated
  AND k.conrelid = 'public.{table}'::regclass AND k.confrelid = 'public.{target}'::regclass
  AND (SELECT array_agg(f.attname || ' ' || t.attname ORDER BY f.attname)
       FROM unnest(k.conkey, k.confkey) AS pair (source, target)
       JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = pair.source
       JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.target) = ARRAY[{pairs}]
  AND (SELECT count(*) = 4 AND bool_and(tgenabled IN ('O', 'A')) FROM pg_trigger WHERE tgconstraint = k.oid)
  AND (SELECT bool_and(relkind = 'r') FROM pg_class WHERE oid IN (k.conrelid, k.confrelid))
  AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent IN (k.conrelid, k.confrelid))
"""


def not_null(table: str, column: str) -> str:
    """Return SQL that is true if no row lacks a value: by NOT NULL, or by a check that was validated."""
    alone = _NOT_NULL.format(table=table, column=column)
    return f"({_stored(table)} AND (EXISTS ({alone}) OR {checked(table, f'({column} IS NOT NULL)')}))"


def checked(table: str, *expressions: str) -> str:
    """Return SQL that is true if a validated check says one of these, as pg_get_expr spells it."""
    listed = ", ".join(f"'{each}'" for each in expressions)
    return f"({_stored(table)} AND EXISTS ({_CHECK.format(table=table, expressions=listed)}))"


def unique(table: str, *columns: str, predicate: str) -> str:
    """Return SQL that is true if a unique index allows no two rows with the same values, none of them NULL.

    predicate: the condition that the index may have, as pg_get_expr spells it.
    """
    listed = ", ".join(f"'{each}'" for each in sorted(columns))
    index = _UNIQUE.format(table=table, number=len(columns), columns=listed, predicate=predicate)
    return f"({_stored(table)} AND EXISTS ({index}))"


def referenced(table: str, target: str, columns: dict[str, str]) -> str:
    """Return SQL that is true if a valid foreign key is enforced: a promise, since a restore goes past it.

    columns: what each of the table's columns refers to.
    """
    pairs = ", ".join(f"'{mine} {theirs}'" for mine, theirs in sorted(columns.items()))
    return f"EXISTS ({_KEY.format(table=table, target=target, pairs=pairs)})"


def _stored(table: str) -> str:
    return f"EXISTS ({_STORED.format(table=table)})"

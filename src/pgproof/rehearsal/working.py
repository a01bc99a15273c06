"""What a session has read and written of each relation so far: two looks, before and after, show a statement's work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

# Read by the script's own session: other sessions do not see its files and scans yet.
_RELATIONS = """
SELECT c.oid::int8, n.nspname || '.' || c.relname, c.relkind::text, pg_relation_filenode(c.oid)::int8,
  coalesce(pg_stat_get_xact_numscans(c.oid), 0), pg_relation_size(c.oid), c.relispopulated, i.indrelid::int8,
  CASE WHEN c.relispartition AND c.relkind = 'r'
       THEN (SELECT n.nspname || '.' || p.relname FROM pg_class p JOIN pg_namespace n ON n.oid = p.relnamespace
             WHERE p.oid = pg_partition_root(c.oid)) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""
# A copy of a partition's parent's key stands for the same check.
_CHECKED_KEYS = """
SELECT oid::int8, conrelid::int8, confrelid::int8 FROM pg_constraint WHERE contype = 'f' AND convalidated
"""
# Of partitions the parent's counts.
_REQUIRED = """
SELECT a.attrelid::int8, quote_ident(n.nspname) || '.' || quote_ident(c.relname), quote_ident(a.attname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnotnull AND a.attnum > 0 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""


@dataclass(frozen=True)
class Relation:
    """A table, materialized view or index.

    file: its filenode. scans: how often the transaction has read it. table: of an index. parent: of a partition.
    """

    oid: int
    name: str
    kind: str
    file: int
    scans: int
    size: int
    populated: bool
    table: int | None
    parent: str | None


@dataclass(frozen=True)
class Look:
    """All relations by their OID, each foreign key that holds for every row (who refers to whom), and what is NOT NULL.

    required: the OID of a table, and the names of the table and the column as in SQL.
    """

    relations: Mapping[int, Relation]
    keys: Mapping[int, tuple[int, int]]
    required: frozenset[tuple[int, str, str]]


@dataclass(frozen=True)
class Work:
    """What happened between two looks, by OID: to tables, views and indexes with their tables.

    required: the columns that became NOT NULL, with their tables, as in SQL.
    """

    rewritten: tuple[int, ...]
    filled: tuple[int, ...]
    scanned: tuple[int, ...]
    built: tuple[tuple[int, int], ...]
    required: tuple[tuple[str, str], ...]


def look(connection: psycopg.Connection[Any]) -> Look:
    """Look at every relation, as the session sees it now. connection: of the script itself."""
    relations = (Relation(*row) for row in connection.execute(_RELATIONS).fetchall())
    keys = {oid: (ours, theirs) for oid, ours, theirs in connection.execute(_CHECKED_KEYS).fetchall()}
    required = frozenset((oid, table, column) for oid, table, column in connection.execute(_REQUIRED))
    return Look({each.oid: each for each in relations}, keys, required)


def between(before: Look, after: Look, known: frozenset[int]) -> Work:
    """Return what was done to known relations. known: the OIDs of those that count; others are nobody's yet."""
    tables = [(oid, before.relations[oid], after.relations[oid]) for oid in sorted(known & both(before, after))]
    new_files = [(oid, was, now) for oid, was, now in tables if was.file != now.file and now.kind != "i"]
    files = {each.file for each in before.relations.values()}
    indexes = Counter(each.table for each in after.relations.values())
    renewed = {oid for oid, _, _ in new_files}
    return Work(
        # A new file that is empty, and for which only its indexes were made anew, is that of a TRUNCATE.
        tuple(
            oid for oid, was, now in new_files if now.kind == "r" and (now.size or now.scans - was.scans > indexes[oid])
        ),
        # Nobody can read one that was never filled.
        tuple(oid for oid, was, now in new_files if now.kind == "m" and was.populated),
        tuple(sorted({*_scanned(before, after, known)} - renewed)),
        tuple(
            (oid, each.table)
            for oid, each in sorted(after.relations.items())
            # A new file of the table has taken its indexes with it; an index may also take over the file of another.
            if each.table in known and each.file not in files and each.table not in renewed
        ),
        tuple(sorted((table, column) for oid, table, column in after.required - before.required if oid in known)),
    )


def both(before: Look, after: Look) -> frozenset[int]:
    """Return the OIDs of the relations that were there both times."""
    return frozenset(before.relations.keys() & after.relations.keys())


def _scanned(before: Look, after: Look, known: frozenset[int]) -> Iterator[int]:
    new_keys = [after.keys[oid] for oid in after.keys.keys() - before.keys.keys()]
    referring, referred = {ours for ours, _ in new_keys}, {theirs for _, theirs in new_keys}
    for oid in known & both(before, after):
        # A new foreign key looks up what each row of its own table refers to: that table's rows are the work.
        counts = oid not in referred or oid in referring
        if counts and after.relations[oid].kind != "i" and _read(before, after, oid):
            yield oid
    for oid in referring & known:
        # Where a table's index has all columns of its new key, that is what is read.
        indexes = (each.oid for each in after.relations.values() if each.table == oid)
        if any(_read(before, after, index) for index in indexes if index in before.relations):
            yield oid


def _read(before: Look, after: Look, oid: int) -> bool:
    return after.relations[oid].scans > before.relations[oid].scans

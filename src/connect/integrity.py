"""Facts about the data, read in one query; rows are counted only where no constraint proves the fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connect.schema import SCHEMA, TABLES
from pgproof.errors import Inconclusive

if TYPE_CHECKING:
    import psycopg

    from pgproof.catalog import Catalog

_VISIBLE = """
SELECT c.relname::text AS name,
  NOT row_security_active(c.oid)
  OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*')
      AND pg_get_expr(p.polqual, p.polrelid) = 'true'
      AND EXISTS (SELECT FROM unnest(p.polroles) role WHERE role = 0 OR pg_has_role(role, 'USAGE')))
    AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive) AS all_rows
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%(tables)s)
"""

_UNIQUE_SEQ = """
EXISTS (SELECT FROM pg_index i
  WHERE i.indrelid = 'public.chat_messages'::regclass AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 2
    AND pg_get_indexdef(i.indexrelid, 1, false) = 'chat_id' AND pg_get_indexdef(i.indexrelid, 2, false) = 'seq'
    AND coalesce(pg_get_expr(i.indpred, i.indrelid), '(seq IS NOT NULL)') = '(seq IS NOT NULL)')
"""


@dataclass(frozen=True)
class Fact:
    """How many rows break a rule, or exist at all. proved: a constraint guarantees it, and no row was counted.

    hidden: tables in which this role cannot see every row, so the number means nothing. missing: columns without which
    there is nothing to count.
    """

    rows: int
    proved: bool
    hidden: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of rows. Raises Inconclusive if this role did not see them all, or there is no such column."""
        if self.missing:
            raise Inconclusive(f"inconclusive: there is no column {', '.join(self.missing)} to look at")
        if self.hidden and not self.proved:
            raise Inconclusive(
                f"inconclusive: row-level security hides rows of {', '.join(self.hidden)} from this role;"
                " run sql/verifier_role.sql and connect as connect_verifier"
            )
        return self.rows


Facts = dict[str, Fact]


def read(connection: psycopg.Connection[Any], catalog: Catalog) -> Facts:
    """Return every fact by name, in one round trip. Raises psycopg.Error if a table is missing or cannot be read.

    catalog: of the same database.
    """
    rules = _rules()
    missing = {
        name: tuple(each for each in columns if not catalog.get("column", f"public.{each}"))
        for name, (_, columns, _, _) in rules.items()
    }
    questions = ", ".join(
        f"'{name}', jsonb_build_array({proof}, CASE WHEN {proof} THEN 0 ELSE ({count}) END)"
        for name, (_, _, proof, count) in rules.items()
        if not missing[name]
    )
    query = f"SELECT (SELECT jsonb_object_agg(name, all_rows) FROM ({_VISIBLE}) v), jsonb_build_object({questions})"
    found = connection.execute(query.encode(), {"tables": list(TABLES)}).fetchone()
    assert found is not None, "a SELECT without FROM returns a row"
    sees_all, answers = found
    return {
        name: Fact(count, proved, tuple(table for table in tables if not sees_all[table]), missing[name])
        for name, (tables, _, _, _) in rules.items()
        for proved, count in [answers.get(name, (False, 0))]
    }


def _rules() -> dict[str, tuple[tuple[str, ...], tuple[str, ...], str, str]]:
    """Return each rule by name: tables, columns, SQL that is true if a constraint proves it, SQL that counts rows."""
    messages, participants = ("chat_messages",), ("chat_participants",)
    seq, chat = "chat_messages.seq", "chat_messages.chat_id"
    rules: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, str]] = {
        "messages": (messages, (), "false", "SELECT count(*) FROM public.chat_messages"),
        "messages without seq": (
            messages,
            (seq,),
            _not_null("chat_messages", "seq"),
            "SELECT count(*) FROM public.chat_messages WHERE seq IS NULL",
        ),
        "seq below 1": (
            messages,
            (seq,),
            "false",
            "SELECT count(*) FROM public.chat_messages WHERE seq < 1",
        ),
        "duplicate seq": (
            messages,
            (chat, seq),
            _UNIQUE_SEQ,
            "SELECT count(*) FROM (SELECT FROM public.chat_messages WHERE seq IS NOT NULL"
            " GROUP BY chat_id, seq HAVING count(*) > 1) d",
        ),
    }
    for column in ("chat_id", "user_id"):
        rules[f"participants without {column}"] = (
            participants,
            (f"chat_participants.{column}",),
            _not_null("chat_participants", column),
            f"SELECT count(*) FROM public.chat_participants WHERE {column} IS NULL",
        )
    for table, column, target in SCHEMA.references:
        rules[f"orphans {table}.{column}"] = (
            (table, target),
            (f"{table}.{column}", f"{target}.id"),
            # The foreign key proves nothing: a dump is usually restored with session_replication_role = replica,
            # which bypasses it.
            "false",
            f"SELECT count(*) FROM public.{table} t WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM public.{target} r WHERE r.id = t.{column})",
        )
    return rules


def _not_null(table: str, column: str) -> str:
    return (
        f"EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.{table}'::regclass"
        f" AND attname = '{column}' AND attnotnull AND NOT EXISTS (SELECT FROM pg_constraint"
        " WHERE conrelid = attrelid AND contype = 'n' AND NOT convalidated AND attnum = ANY (conkey)))"
    )

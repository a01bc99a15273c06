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


# Projects set the time of a chat by the clock or by its message, whose time a client may say; so an hour is allowed. A
# time that is still to come is the client's mistake.
_BEHIND = """SELECT c.id, c.last_message_at, newest.created_at FROM public.chats c
CROSS JOIN LATERAL (SELECT m.created_at FROM public.chat_messages m
  WHERE m.chat_id = c.id AND m.deleted_at IS NULL AND m.created_at IS NOT NULL
  ORDER BY m.seq DESC NULLS LAST LIMIT 1) newest
WHERE c.last_message_at IS NULL OR c.last_message_at < least(newest.created_at, now()) - interval '1 hour'"""


@dataclass(frozen=True)
class Fact:
    """How many rows break a rule, or exist at all. proved: a constraint guarantees it, and no row was counted.

    hidden: tables in which this role cannot see every row, so the number means nothing. missing: columns without which
    there is nothing to count. listing: SQL that lists the rows. mending: what a person does about them.
    """

    rows: int
    proved: bool
    hidden: tuple[str, ...]
    missing: tuple[str, ...] = ()
    listing: str = ""
    mending: str = ""

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
        name: tuple(each for each in rule.columns if not catalog.get("column", f"public.{each}"))
        for name, rule in rules.items()
    }
    questions = ", ".join(
        f"'{name}', jsonb_build_array({rule.proved}, CASE WHEN {rule.proved} THEN 0 ELSE ({rule.count}) END)"
        for name, rule in rules.items()
        if not missing[name]
    )
    query = f"SELECT (SELECT jsonb_object_agg(name, all_rows) FROM ({_VISIBLE}) v), jsonb_build_object({questions})"
    found = connection.execute(query.encode(), {"tables": list(TABLES)}).fetchone()
    assert found is not None, "a SELECT without FROM returns a row"
    # A table that is missing has no column to look at either.
    sees_all, answers = found[0] or {}, found[1]
    return {
        name: Fact(
            count,
            proved,
            tuple(table for table in rule.tables if not sees_all.get(table)),
            missing[name],
            " ".join(rule.listing.split()),
            rule.mending,
        )
        for name, rule in rules.items()
        for proved, count in [answers.get(name, (False, 0))]
    }


@dataclass(frozen=True)
class Rule:
    """What the rows keep.

    tables, columns: that it looks at. proved: SQL that is true if a constraint proves it. listing: SQL that lists the
    rows that break it; of "messages", all. mending: what a person does about them.
    """

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    proved: str
    listing: str
    mending: str

    @property
    def count(self) -> str:
        """SQL that counts the rows."""
        return f"SELECT count(*) FROM ({self.listing}) AS listed"


def _rules() -> dict[str, Rule]:
    """Return each rule by name."""
    messages, participants = ("chat_messages",), ("chat_participants",)
    seq, chat = "chat_messages.seq", "chat_messages.chat_id"
    rules = {
        "messages": Rule(
            messages,
            (),
            "false",
            "SELECT * FROM public.chat_messages",
            "look whether this is the right database, and whether its rows were restored",
        ),
        "messages without seq": Rule(
            messages,
            (seq,),
            _not_null("chat_messages", "seq"),
            "SELECT * FROM public.chat_messages WHERE seq IS NULL",
            "give each the next seq of its chat, in the order of created_at",
        ),
        "seq below 1": Rule(
            messages,
            (seq,),
            "false",
            "SELECT * FROM public.chat_messages WHERE seq < 1",
            "give the messages of these chats their seq anew, from 1, in the order that they have",
        ),
        "duplicate seq": Rule(
            messages,
            (chat, seq),
            _UNIQUE_SEQ,
            "SELECT chat_id, seq FROM public.chat_messages WHERE seq IS NOT NULL GROUP BY chat_id, seq"
            " HAVING count(*) > 1",
            "give all but the oldest of each the next seq of the chat, then create uq_chat_messages_chat_id_seq",
        ),
        "chats behind their last message": Rule(
            ("chats", "chat_messages"),
            ("chats.id", "chats.last_message_at", "chat_messages.created_at", "chat_messages.deleted_at", chat, seq),
            "false",
            _BEHIND,
            "UPDATE public.chats c SET last_message_at = (SELECT max(m.created_at) FROM public.chat_messages m"
            " WHERE m.chat_id = c.id AND m.deleted_at IS NULL) WHERE the chat is listed",
        ),
        "replies to another chat": Rule(
            messages,
            (chat, "chat_messages.id", "chat_messages.reply_to_message_id"),
            "false",
            "SELECT m.id, m.reply_to_message_id FROM public.chat_messages m JOIN public.chat_messages r"
            " ON r.id = m.reply_to_message_id WHERE r.chat_id <> m.chat_id",
            "set reply_to_message_id of these to NULL, and let assign_message_seq or a constraint refuse more",
        ),
    }
    for column in ("chat_id", "user_id"):
        rules[f"participants without {column}"] = Rule(
            participants,
            (f"chat_participants.{column}",),
            _not_null("chat_participants", column),
            f"SELECT * FROM public.chat_participants WHERE {column} IS NULL",
            "delete these, which belong to nobody, then run sql/001_schema_alignment.sql",
        )
    for table, column, target in SCHEMA.references:
        rules[f"orphans {table}.{column}"] = Rule(
            (table, target),
            (f"{table}.{column}", f"{target}.id"),
            # The foreign key proves nothing: a dump is usually restored with session_replication_role = replica,
            # which bypasses it.
            "false",
            f"SELECT t.* FROM public.{table} t WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM public.{target} r WHERE r.id = t.{column})",
            f"restore the rows of {target} that are missing, or delete these, or set {column} to NULL",
        )
    return rules


def _not_null(table: str, column: str) -> str:
    return (
        f"EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.{table}'::regclass"
        f" AND attname = '{column}' AND attnotnull AND NOT EXISTS (SELECT FROM pg_constraint"
        " WHERE conrelid = attrelid AND contype = 'n' AND NOT convalidated AND attnum = ANY (conkey)))"
    )

"""Mutants of the data: rows that a healthy system does not have, without seq, with the same seq, orphaned, lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide.columns import REFERENCES
from connect.mutants import mutant, validation
from connect.mutants.columns import SOME_VALUE
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.mutants import Mutant
    from connect.schema import Reference

_DATA = "tests/schema/test_data.py::"
_OWN = "tests/schema/own_baseline/test_data.py::"
# Bypasses every trigger and foreign key, as a restore does.
_UNCHECKED = "SET session_replication_role = replica; "
_ONE_CHAT = "(SELECT chat_id FROM public.chat_messages ORDER BY chat_id LIMIT 1)"


def mutants() -> Iterator[Mutant]:
    """Yield mutants named data-seq-…, data-orphans-TABLE.COLUMN, data-participants-…, data-messages-…"""
    yield mutant(
        "data-seq-null",
        _UNCHECKED + "UPDATE public.chat_messages SET seq = NULL WHERE seq = 1",
        f"{_DATA}test_every_message_has_a_seq[{{env}}]",
        validation("messages with seq"),
    )
    for seq in (0, -1):
        yield mutant(
            f"data-seq-{'zero' if seq == 0 else 'negative'}",
            f"{_UNCHECKED}UPDATE public.chat_messages SET seq = {seq} WHERE seq = 1",
            f"{_OWN}test_every_seq_counts_from_one[{{env}}]",
        )
    yield mutant(
        "data-seq-duplicate",
        "DROP INDEX public.uq_chat_messages_chat_id_seq;"
        f"UPDATE public.chat_messages SET seq = 1 WHERE seq = 2 AND chat_id = {_ONE_CHAT}",
        f"{_DATA}test_no_seq_is_used_twice[{{env}}]",
        validation("duplicate (chat_id, seq)"),
    )
    for reference in SCHEMA.references:
        table, column, target = reference
        own = [f"{_OWN}test_no_row_is_an_orphan[{{env}}-{table}-{column}-{target}]"]
        guide = [f"{_DATA}test_no_row_is_an_orphan[{{env}}-{table}.{column}]", validation("orphans")]
        judges = guide if f"{table}.{column}" in REFERENCES else own
        yield mutant(f"data-orphans-{table}.{column}", _UNCHECKED + _orphan(reference), *judges)
    for column in ("chat_id", "user_id"):
        yield mutant(
            f"data-participants-without-{column}",
            f"ALTER TABLE public.chat_participants ALTER COLUMN {column} DROP NOT NULL;"
            f"UPDATE public.chat_participants SET {column} = NULL WHERE last_read_at IS NULL",
            f"{_DATA}test_no_participant_lacks_its_key[{{env}}-{column}]",
            f"tests/schema/test_not_null.py::test_participant_key_is_not_null[{{env}}-{column}]",
            validation(f"chat_participants.{column} not null"),
        )
    yield mutant(
        "data-chats-behind",
        "UPDATE public.chats SET last_message_at = last_message_at - interval '90 days'",
        f"{_DATA}test_no_chat_is_behind_its_last_message[{{env}}]",
    )
    yield mutant(
        "data-replies-elsewhere",
        "UPDATE public.chat_messages m SET reply_to_message_id = (SELECT r.id FROM public.chat_messages r"
        " WHERE r.chat_id <> m.chat_id LIMIT 1) WHERE m.seq = 1",
        f"{_DATA}test_no_reply_leaves_its_chat[{{env}}]",
    )
    yield mutant(
        "data-messages-lost",
        "DELETE FROM public.chat_messages WHERE seq = 61",
        f"{_OWN}test_replica_holds_the_guides_messages[{{env}}]",
        validation("total messages"),
    )
    yield mutant(
        "data-messages-none",
        "DELETE FROM public.chat_messages",
        f"{_DATA}test_there_are_messages[{{env}}]",
        validation("total messages"),
    )
    yield mutant(
        "data-messages-more",
        "INSERT INTO public.chat_messages (chat_id, sender_id) SELECT chat_id, sender_id FROM public.chat_messages"
        " WHERE seq = 61",
        f"{_OWN}test_replica_holds_the_guides_messages[{{env}}]",
    )


def _orphan(reference: Reference) -> str:
    """Return SQL that makes a row of the table refer to nothing: an existing row, else a new one."""
    columns = {
        name: SOME_VALUE[column.type]
        for name, column in SCHEMA.tables[reference.table].columns.items()
        if column.not_null and column.default is None
    } | {reference.column: "gen_random_uuid()"}
    table = f"public.{reference.table}"
    return (
        f"WITH changed AS (UPDATE {table} SET {reference.column} = gen_random_uuid()"
        f" WHERE id = (SELECT id FROM {table} ORDER BY id LIMIT 1) RETURNING 1)"
        f" INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        " WHERE NOT EXISTS (SELECT FROM changed)"
    )

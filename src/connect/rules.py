"""What the rows of Connect keep, each with what proves it without a look at them and what a person does otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connect import proofs
from connect.moving import Moving, moving
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from pgproof.catalog import Catalog

# What tells two messages apart that share their place.
_TWICE = """SELECT chat_id, seq FROM public.chat_messages WHERE chat_id IS NOT NULL AND seq IS NOT NULL
GROUP BY chat_id, seq HAVING count(*) > 1"""
# Projects set the time of a chat by the clock or by its message, whose time a client may say; so an hour is allowed. A
# time that is still to come is the client's mistake. Sorted as the guide's indexes are.
_BEHIND = """coalesce((SELECT t.last_message_at IS NULL
  OR t.last_message_at < least(m.created_at, now()) - interval '1 hour'
  FROM public.chat_messages m
  WHERE m.chat_id = t.id AND m.deleted_at IS NULL AND m.created_at IS NOT NULL AND m.seq IS NOT NULL{moving}
  ORDER BY m.seq DESC LIMIT 1), false)"""
_ELSEWHERE = """t.reply_to_message_id IS NOT NULL AND EXISTS (SELECT FROM public.chat_messages r
  WHERE r.id = t.reply_to_message_id AND r.chat_id <> t.chat_id)"""


@dataclass(frozen=True)
class Rule:
    """What the rows of a table keep.

    columns: that it looks at, each with its table. condition: SQL that is true of a row t that breaks the rule.
    others: SQL that lists what breaks it where no row does so alone; then there is no condition. proved: SQL that is
    true if no row can break it. promised: SQL that is true if none should, since a key forbids it. probing: whether a
    row is judged by looking at others, which takes longer. mending: what a person does about them. unsure: why rows
    that break it may be right all the same, empty if they cannot.
    """

    table: str
    columns: tuple[str, ...]
    mending: str
    condition: str = ""
    others: str = ""
    proved: str = proofs.NOTHING
    promised: str = proofs.NOTHING
    probing: bool = False
    unsure: str = ""

    @property
    def listing(self) -> str:
        """SQL that lists the rows."""
        return self.others or f"SELECT t.* FROM public.{self.table} t WHERE {self.condition}"

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it looks at."""
        return tuple(dict.fromkeys((self.table, *(column.partition(".")[0] for column in self.columns))))


def rules(catalog: Catalog | None = None) -> dict[str, Rule]:
    """Return each rule by name. catalog: of the project that is judged, None for the rules that hold for any."""
    moved = Moving() if catalog is None else moving(catalog)
    only = f" AND {moved.condition}" if moved.condition else ""
    seq, chat, reply = (f"chat_messages.{column}" for column in ("seq", "chat_id", "reply_to_message_id"))
    found = {
        "messages without seq": Rule(
            "chat_messages",
            (seq,),
            "give each the next seq of its chat, in the order of created_at",
            "t.seq IS NULL",
            proved=proofs.not_null("chat_messages", "seq"),
        ),
        "seq below 1": Rule(
            "chat_messages",
            (seq,),
            "give the messages of these chats their seq anew, from 1, in the order that they have",
            "t.seq < 1",
            proved=proofs.checked("chat_messages", "(seq > 0)", "(seq >= 1)"),
        ),
        "duplicate seq": Rule(
            "chat_messages",
            (chat, seq),
            "give all but the oldest of each the next seq of the chat, then create uq_chat_messages_chat_id_seq",
            others=_TWICE,
            proved=proofs.unique("chat_messages", "chat_id", "seq", predicate="(seq IS NOT NULL)"),
        ),
        "chats behind their last message": Rule(
            "chats",
            ("chats.id", "chats.last_message_at", "chat_messages.created_at", "chat_messages.deleted_at", chat, seq),
            "UPDATE public.chats c SET last_message_at = (SELECT max(m.created_at) FROM public.chat_messages m"
            f" WHERE m.chat_id = c.id AND m.deleted_at IS NULL{only}) WHERE the chat is listed",
            _BEHIND.format(moving=only),
            probing=True,
            unsure=moved.unsure,
        ),
        "replies to another chat": Rule(
            "chat_messages",
            (chat, "chat_messages.id", reply),
            "set reply_to_message_id of these to NULL, and let assign_message_seq or a constraint refuse more",
            _ELSEWHERE,
            promised=proofs.referenced(
                "chat_messages", "chat_messages", {"chat_id": "chat_id", "reply_to_message_id": "id"}
            ),
            probing=True,
        ),
    }
    for column in ("chat_id", "user_id"):
        found[f"participants without {column}"] = Rule(
            "chat_participants",
            (f"chat_participants.{column}",),
            "delete these, which belong to nobody, then run sql/001_schema_alignment.sql",
            f"t.{column} IS NULL",
            proved=proofs.not_null("chat_participants", column),
        )
    for table, column, target in SCHEMA.references:
        found[f"orphans {table}.{column}"] = Rule(
            table,
            (f"{table}.{column}", f"{target}.id"),
            f"restore the rows of {target} that are missing, or delete these, or set {column} to NULL",
            f"t.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM public.{target} r WHERE r.id = t.{column})",
            promised=proofs.referenced(table, target, {column: "id"}),
            probing=True,
        )
    return found

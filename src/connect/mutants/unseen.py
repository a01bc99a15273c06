"""Mutants that nobody can see by reading one database, each with the reason; or that are not defects on other projects.

What a reader could decide as wrong on any project of this kind has no place here: it needs a criterion or a rule. The
mutation run fails for a mutant that is unseen without a reason, and for one that is seen in spite of its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connect.mutants import Mutant


@dataclass(frozen=True)
class Unseen:
    """Why some mutants are not seen.

    names: patterns of them, in which * stands for anything. seen: patterns of those among them that are seen after all.
    verb: the first word of their change, such as GRANT, where the name alone does not tell; empty for any.
    rehearsed: patterns of those that a rehearsal finds, which knows what was there before.
    """

    reason: str
    names: tuple[str, ...]
    seen: tuple[str, ...] = ()
    verb: str = ""
    rehearsed: tuple[str, ...] = ()

    def covers(self, mutant: Mutant) -> bool:
        """Return whether the reason is that of this mutant."""
        return mutant.change.startswith(self.verb) and _one_of(mutant, self.names) and not _one_of(mutant, self.seen)


def _one_of(mutant: Mutant, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(mutant.name, each) for each in patterns)


def of(mutant: Mutant) -> list[str]:
    """Return the reasons why a mutant is not seen; there should be at most one."""
    return [each.reason for each in UNSEEN if each.covers(mutant)]


def by_rehearsal(mutant: Mutant) -> list[str]:
    """Return the reasons why a rehearsal finds nothing wrong with a mutant as a script; it lists what changed anyhow.

    What nobody decides by one reading, nobody decides by two, but for what is worse than before.
    """
    why = [each.reason for each in UNSEEN if each.covers(mutant) and not _one_of(mutant, each.rehearsed)]
    return why or [each.reason for each in NOT_FOUND if each.covers(mutant)]


def idle(mutants: Sequence[Mutant]) -> Iterator[tuple[str, str]]:
    """Yield each pattern that matches none of the mutants that it could, with its reason. mutants: all of them."""
    for each in (*UNSEEN, *NOT_FOUND):
        possible = [mutant for mutant in mutants if mutant.change.startswith(each.verb)]
        for pattern in (*each.names, *each.seen, *each.rehearsed):
            if not any(_one_of(mutant, (pattern,)) for mutant in possible):
                yield pattern, each.reason


# What is not part of the three tables that the guide's front end works with.
_SIDE = tuple(name for name, table in SCHEMA.tables.items() if not table.guide)
_OWN_WAY = "chats are made, changed and left in one way or another in each project, by inserting or by a function"
# By which people make, change and leave chats.
_MAKING = ("s_insert", "s_update", "s_delete", "_participants_insert", "_participants_delete")

UNSEEN: tuple[Unseen, ...] = (
    # What only running shows.
    Unseen(
        "what a function does, only running it shows: the tests of the functions do, on a replica",
        ("body-*", "trap-8-*", "trap-9-*", "trap-10-*"),
        # What returns nothing, or not the row, is seen to.
        seen=(
            "body-assign_message_seq-statement-[236]",
            "body-assign_message_seq-term-1",
            "body-mark_messages_as_delivered-statement-2",
            "body-mark_messages_as_read-condition-5",
            # Whoever calls for themselves is refused.
            "body-get_unread_count-condition-1",
            "body-mark_messages_as_delivered-condition-1",
            "body-mark_messages_as_read-condition-1",
            "body-mark_messages_as_read-statement-7",
            "body-update_chat_last_message_at-statement-[12]",
        ),
    ),
    Unseen(
        "whom a condition that asks something lets through, only trying shows: the row-level security tests do, on a"
        " replica",
        ("policy-*-condition-*",),
        # Without its part about members it lets nobody see a chat that somebody else made.
        seen=("policy-chats_select-using-condition-2",),
    ),
    Unseen(
        "a script's text is not in the database: rehearsing it shows what it does",
        ("trap-1-*", "trap-2-replaced-without-drop", "trap-3-constant-status", "trap-4-*", "trap-5-*"),
    ),
    Unseen(
        "how many messages there should be, the database cannot know; 004 and the tests compare if they are told",
        ("data-messages-more",),
    ),
    # What each project decides.
    Unseen(
        "a column, constraint, index, trigger, rule, view, function, type or grant more is the project's affair, as"
        " long as it keeps nobody from chatting; a record names it",
        ("column-*-added", "undeclared-*"),
        # Its function uses NEW.chat_id, which a chat does not have.
        seen=("undeclared-trigger",),
    ),
    Unseen(
        "a column that also takes NULL harms nobody while each writer fills it; real projects have such ones",
        (
            "column-chat_messages.chat_id-nullable",
            "column-chat_messages.sender_id-nullable",
            "column-chat_messages.status-nullable",
            "column-chat_messages.message_type-nullable",
            "column-chat*.created_at-nullable",
            "column-chat*.updated_at-nullable",
            "column-chat_participants.joined_at-nullable",
            "column-chats.type-nullable",
            "column-chat*.id-nullable",
            "trap-6-*",
        ),
    ),
    Unseen(
        "whoever writes the column fills it: the page does, or the trigger",
        (
            "column-chat_messages.client_generated_id-nullable",
            "column-chat_messages.message_text-nullable",
            "column-chat_messages.seq-nullable",
            "column-chats.created_by-nullable",
            "column-chat_messages.created_at-default",
        ),
    ),
    Unseen(
        "attachments and reactions are made differently in each project, and the guide says nothing of their columns,"
        " keys and indexes",
        (
            *(f"column-{table}.*-{what}" for table in _SIDE for what in ("default", "nullable", "type")),
            *(f"constraint-{table}_*" for table in _SIDE),
            *(f"grant-{table}*-authenticated-{what}" for table in _SIDE for what in ("delete", "insert", "update")),
            *(f"policy-{table}_{what}-dropped" for table in _SIDE for what in ("delete", "insert")),
            *(f"policy-{table}_{what}-restrictive" for table in _SIDE for what in ("delete", "insert")),
            *(f"data-orphans-{table}.*" for table in _SIDE),
            *(f"index-idx_{table}_*-{what}" for table in _SIDE for what in ("predicate", "unique")),
        ),
        seen=("constraint-*_pkey-dropped", "constraint-message_reactions_*_key-dropped"),
        # What was left unfinished, or off, or lost with its type.
        rehearsed=(
            *(f"constraint-{table}_*-{what}" for table in _SIDE for what in ("not-valid", "off")),
            *(f"column-{table}.created_at-type" for table in _SIDE),
        ),
    ),
    Unseen(
        "whether the page names the kind of a message and of each chat its name, only the page shows",
        ("column-chat_messages.message_type-default", "column-chats.name-nullable"),
    ),
    Unseen(
        "a text with a limit is a text that the project keeps short",
        (
            "column-chat_messages.media_urls-type",
            "column-chat_messages.message_text-type",
            "column-chat_messages.message_type-type",
            "column-chat_messages.status-type",
            "column-chats.name-type",
            "column-chats.type-type",
        ),
        # Their default is lost with the type.
        rehearsed=(
            "column-chat_messages.message_type-type",
            "column-chat_messages.status-type",
            "column-chats.type-type",
        ),
    ),
    Unseen(
        "the front end names these columns when it writes, or does not miss their default",
        (
            "column-chat_messages.chat_id-default",
            "column-chat_messages.client_generated_id-default",
            "column-chat_messages.sender_id-default",
            "column-chat_messages.status-default",
            "column-chat_messages.media_urls-default",
            "column-chat_messages.message_text-default",
            "column-chat_participants.chat_id-default",
            "column-chat_participants.last_read_at-default",
            "column-chat_participants.user_id-default",
            "column-chats.created_by-default",
            "column-chats.last_message_at-default",
            "column-chats.name-default",
            "column-chats.type-default",
        ),
    ),
    Unseen(
        "when a key is checked, at each row or at the end, changes nothing for one message at a time",
        tuple(
            f"constraint-chat{name}-deferr*"
            for name in ("s_*", "_messages_*", "_participants_*_fkey", "_participants_pkey")
        ),
    ),
    Unseen(
        "what becomes of rows when an account or a chat is deleted is the project's decision",
        tuple(
            f"constraint-{name}_fkey-weaker"
            for name in (
                "chat_messages_chat_id",
                "chat_messages_reply_to_message_id",
                "chat_messages_sender_id",
                "chat_participants_chat_id",
                "chat_participants_user_id",
                "chats_created_by",
            )
        ),
    ),
    Unseen(
        "who made a chat is shown nowhere: a reference that nothing checks harms nobody",
        tuple(f"constraint-chats_created_by_fkey-{what}" for what in ("dropped", "not-valid", "off")),
        rehearsed=("constraint-chats_created_by_fkey-not-valid", "constraint-chats_created_by_fkey-off"),
    ),
    Unseen(
        "a CHECK that is not there lets wrong rows in, but makes none; the rows themselves are judged",
        ("constraint-chat*_check-*",),
        rehearsed=("constraint-chat*_check-not-valid",),
    ),
    Unseen(
        "an index that covers more, or the same in another order, still does what it is for",
        (
            "index-idx_chat_messages_chat_id_seq_desc-predicate",
            "index-idx_chat_messages_chat_id_seq_desc-unique",
            "index-idx_chat_messages_status-predicate",
            "index-uq_chat_messages_*-order",
            "index-uq_chat_messages_*-predicate",
        ),
    ),
    Unseen(
        "the guide asks for no index here, and a chat with few members is fast without it",
        ("index-idx_chat_participants_user_id-predicate", "index-idx_chats_created_by-predicate"),
    ),
    Unseen(
        "a chat may begin to count anywhere; what counts is that the order is kept, and no seq is used twice",
        ("data-seq-zero", "data-seq-negative"),
    ),
    Unseen(
        "no privilege of PUBLIC is on the table, so that nobody more gets to the policy",
        ("policy-*-public",),
    ),
    Unseen(
        "a read-only function that promises less, or more than the planner uses, gives the same answer",
        (
            "function-*-leakproof",
            "function-*-parallel",
            "function-*-strict",
            "function-get_latest_seq-volatility",
            "function-get_unread_count-volatility",
            "function-is_chat_member-volatility",
        ),
    ),
    Unseen(
        "a function with its caller's rights can do no more than its caller, wherever it looks for names",
        ("function-get_latest_seq-search-path-*temp*",),
    ),
    Unseen(
        "a trigger's function cannot be called, whoever may execute it",
        (
            "function-assign_message_seq-grant-authenticated",
            "function-assign_message_seq-granted-anon",
            "function-update_chat_last_message_at-grant-authenticated",
            "function-update_chat_last_message_at-granted-anon",
            "function-assign_message_seq-revoke-service_role",
            "function-update_chat_last_message_at-revoke-service_role",
        ),
    ),
    Unseen(
        "for somebody who did not sign in, the helper says no",
        ("function-is_chat_member-granted-anon",),
    ),
    Unseen(
        "a right that a policy or the page does not use is a matter of how strict a project wants to be; what lets"
        " somebody disturb a chat with it, a rule names",
        ("grant-chat*-authenticated-*", "grant-*-grant-option", "grant-*-service_role-create", "grant-private-*-usage"),
        seen=(
            *(f"grant-*-{privilege}" for privilege in ("references", "trigger", "truncate")),
            *(f"grant-chat_messages-authenticated-{privilege}" for privilege in ("insert", "update")),
            *(f"grant-chat_messages.{column}-authenticated-update" for column in ("chat_id", "sender_id")),
            "grant-chat_messages.seq-*",
            "grant-chat_messages.status-*",
            "grant-chats-authenticated-update",
            "grant-chats.last_message_at-authenticated-update",
            "grant-*-authenticated-create",
        ),
        verb="GRANT",
    ),
    Unseen(
        _OWN_WAY,
        tuple(f"policy-chat{name}-{what}" for name in _MAKING for what in ("dropped", "restrictive")),
    ),
    Unseen(
        _OWN_WAY,
        (
            "grant-chats-authenticated-delete",
            "grant-chats.*-authenticated-*",
            "grant-chat_participants-authenticated-delete",
            "grant-chat_participants.*-authenticated-insert",
        ),
        verb="REVOKE",
    ),
    Unseen(
        "the guide's page neither edits nor deletes a message, and sends one without naming these columns",
        (
            "policy-chat_messages_update-dropped",
            "policy-chat_messages_update-restrictive",
            *(
                f"grant-chat_messages.{column}-authenticated-insert"
                for column in ("created_at", "id", "media_urls", "message_type", "reply_to_message_id")
            ),
            *(
                f"grant-chat_messages.{column}-authenticated-update"
                for column in ("deleted_at", "media_urls", "message_text")
            ),
        ),
    ),
    Unseen(
        "with its caller's rights, or those of whom signed-in users are, the function still gets to all that it needs",
        (
            "function-assign_message_seq-invoker",
            "function-get_unread_count-invoker",
            *(
                f"function-{name}-owner-authenticated"
                for name in ("assign_message_seq", "get_latest_seq", "get_unread_count")
            ),
        ),
    ),
    Unseen(
        "the service passes row-level security by, so that no policy calls the helper for it",
        ("function-is_chat_member-revoke-service_role",),
    ),
    Unseen(
        "a policy knows its function by number: nobody has to look into the helper's schema for it",
        ("grant-private-authenticated-usage", "grant-private-service_role-usage"),
        verb="REVOKE",
    ),
    Unseen(
        "everybody may look names up in schema public, so that nobody needs a grant of their own",
        ("grant-public-authenticated-usage", "grant-public-service_role-usage"),
    ),
    Unseen(
        "the owner passes row-level security by, forced or not, as the platform's does",
        ("table-*-row-security-forced",),
    ),
    Unseen(
        "nobody chats without signing in, and whoever does has a grant of their own",
        ("grant-public-anon-usage", "grant-public-public-usage"),
    ),
    Unseen(
        "realtime forwards no TRUNCATE, and asks not who owns the publication",
        ("publication-truncate", "publication-owner"),
    ),
    Unseen(
        "the service passes row-level security by anyhow, so that it gains nothing by owning",
        ("*-owner-service_role",),
    ),
)

# What a live run sees, and a rehearsal that judges a script by it does not hold against the script.
_TRIGGERS_CALL = ("assign_message_seq", "update_chat_last_message_at")
_NO_CRITERION = (*(f"{table}_*" for table in _SIDE), "chat_participants_user_id", "chats_created_by")
NOT_FOUND: tuple[Unseen, ...] = (
    Unseen("rows that are gone are another finding of a rehearsal, changes-data", ("data-messages-lost",)),
    Unseen(
        "who drops a key or an index by name means to; that tables lack one, the linter says at level INFO, in a note",
        (
            *(f"constraint-{table}_pkey-dropped" for table in (*_SIDE, "chat_participants")),
            "constraint-message_reactions_*_key-dropped",
            *(f"index-idx_{name}-{what}" for name in _NO_CRITERION for what in ("columns", "dropped")),
        ),
    ),
    Unseen(
        "what the linter says at level INFO, or warns of about a new function, is a note",
        (
            "function-*-search-path-*temp*",
            "function-is_chat_member-granted-public",
            *(f"function-{name}-{what}" for name in _TRIGGERS_CALL for what in ("granted-public", "second-version")),
        ),
    ),
)

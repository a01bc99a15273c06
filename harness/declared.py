"""What sql/ declares and no linter can know: the exact policies, column grants and function bodies.

A difference is a finding like a linter's: it can be accepted for a time in tests/security/accepted.toml. Whether what
is declared here is right is what the tests that act as each caller show, on replicas.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from harness import paths
from harness.lints import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.catalog import Catalog

WHY = {
    "policy_as_declared": "Who sees or writes a row is decided by other words than those that were tested.",
    "column_grant_as_declared": "The API role may write other columns than those that were tested.",
    "function_as_declared": "The function does something else than what was tested.",
}
RULES = tuple(WHY)
_TO_DO = "compare it with sql/baseline/messaging.sql and sql/002_function_updates_staging.sql"

_OWN = "(user_id = ( SELECT auth.uid() AS uid))"
_MADE = "(created_by = ( SELECT auth.uid() AS uid))"
_SENT = "((sender_id = ( SELECT auth.uid() AS uid)) AND private.is_chat_member(chat_id))"
_MESSAGE = "(EXISTS ( SELECT FROM public.chat_messages m WHERE (m.id = {}.message_id)))"
_OWN_MESSAGE = (
    "(EXISTS ( SELECT FROM public.chat_messages m"
    " WHERE ((m.id = attachments.message_id) AND (m.sender_id = ( SELECT auth.uid() AS uid)))))"
)
_OWN_CHAT = (
    "(EXISTS ( SELECT FROM public.chats c"
    " WHERE ((c.id = chat_participants.chat_id) AND (c.created_by = ( SELECT auth.uid() AS uid)))))"
)
# By table and policy: using, with check; as PostgreSQL writes them, in one line. Each is for authenticated alone.
_POLICIES: dict[str, tuple[str | None, str | None]] = {
    "chats chats_select": ("((created_by = ( SELECT auth.uid() AS uid)) OR private.is_chat_member(id))", None),
    "chats chats_insert": (None, _MADE),
    "chats chats_update": (_MADE, _MADE),
    "chats chats_delete": (_MADE, None),
    "chat_participants chat_participants_select": (
        "((user_id = ( SELECT auth.uid() AS uid)) OR private.is_chat_member(chat_id))",
        None,
    ),
    "chat_participants chat_participants_insert": (None, _OWN_CHAT),
    "chat_participants chat_participants_delete": (_OWN, None),
    "chat_messages chat_messages_select": ("private.is_chat_member(chat_id)", None),
    "chat_messages chat_messages_insert": (None, _SENT),
    "chat_messages chat_messages_update": (_SENT, _SENT),
    "message_reactions message_reactions_select": (_MESSAGE.format("message_reactions"), None),
    "message_reactions message_reactions_insert": (
        None,
        f"({_OWN} AND {_MESSAGE.format('message_reactions')})",
    ),
    "message_reactions message_reactions_delete": (_OWN, None),
    "attachments attachments_select": (_MESSAGE.format("attachments"), None),
    "attachments attachments_insert": (None, _OWN_MESSAGE),
    "attachments attachments_delete": (_OWN_MESSAGE, None),
}
_COMMANDS = {"select": "r", "insert": "a", "update": "w", "delete": "d"}
# By table: what authenticated may insert, and what it may change.
_COLUMNS = {
    "chats": ("id type name created_by", "type name"),
    "chat_participants": ("id chat_id user_id", ""),
    "chat_messages": (
        "id chat_id sender_id message_text message_type media_urls reply_to_message_id client_generated_id created_at",
        "message_text media_urls deleted_at",
    ),
    "message_reactions": ("id message_id user_id emoji", ""),
    "attachments": ("id message_id file_url file_name mime_type size_bytes", ""),
}


def findings(catalog: Catalog) -> Iterator[Finding]:
    """What differs from what is declared. verifier_role.sql's own policies are left out."""
    for rule, found, declared in (
        ("policy_as_declared", _policies(catalog), _declared_policies()),
        ("column_grant_as_declared", _column_grants(catalog), _declared_column_grants()),
        ("function_as_declared", _bodies(catalog), _declared_bodies()),
    ):
        for name in sorted(found.keys() | declared.keys()):
            if found.get(name) != declared.get(name):
                detail = f"is {found.get(name, 'missing')}, declared as {declared.get(name, 'nothing')}"
                yield Finding(
                    rule, name, detail if len(detail) < 400 else "has another body than sql/ gives it", _TO_DO
                )


def _one_line(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def _policies(catalog: Catalog) -> dict[str, str]:
    return {
        identity.removeprefix("public."): str(
            (
                each["command"],
                each["permissive"],
                each["roles"],
                _one_line(each["using"]),
                _one_line(each["with check"]),
            )
        )
        for identity, each in catalog.of_kind("policy").items()
        if identity.split()[0].removeprefix("public.") in _COLUMNS and not identity.endswith(" connect_verifier_select")
    }


def _declared_policies() -> dict[str, str]:
    return {
        name: str((_COMMANDS[name.rpartition("_")[2]], True, ["authenticated"], using, check))
        for name, (using, check) in _POLICIES.items()
    }


def _column_grants(catalog: Catalog) -> dict[str, str]:
    found: dict[str, str] = {}
    for identity, each in catalog.of_kind("grant").items():
        thing, _, grantee = identity.rpartition(" to ")
        column = thing.removeprefix("column public.")
        if grantee == "authenticated" and column != thing and column.split(".")[0] in _COLUMNS:
            found[column] = ", ".join(each["privileges"])
    return found


def _declared_column_grants() -> dict[str, str]:
    grants: dict[str, list[str]] = {}
    for table, (inserted, changed) in _COLUMNS.items():
        for privilege, columns in (("INSERT", inserted), ("UPDATE", changed)):
            for column in columns.split():
                grants.setdefault(f"{table}.{column}", []).append(privilege)
    return {column: ", ".join(privileges) for column, privileges in grants.items()}


def _bodies(catalog: Catalog) -> dict[str, str]:
    found = {
        identity.split("(")[0]: _one_line(each["body"]) or "" for identity, each in catalog.of_kind("function").items()
    }
    return {name: body for name, body in found.items() if name in _declared_bodies()}


@cache
def _declared_bodies() -> dict[str, str]:
    files = (paths.SQL / "baseline" / "messaging.sql", paths.SQL / "002_function_updates_staging.sql")
    text = "\n".join(file.read_text() for file in files)
    pattern = r"CREATE (?:OR REPLACE )?FUNCTION ([\w.]+)\(.*?AS \$\$(.*?)\$\$;"
    return {name: _one_line(body) or "" for name, body in re.findall(pattern, text, flags=re.DOTALL)}

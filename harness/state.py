"""Which migrations a catalog shows as applied: baseline, aligned, partly, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.catalog import Catalog


@dataclass(frozen=True)
class State:
    """name: "baseline", "aligned", "partly" or "unknown". missing: what the environment's migrations would add."""

    name: str
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} (missing: {', '.join(self.missing)})" if self.missing else self.name


def is_not_null(catalog: Catalog, column: str) -> bool:
    """Whether no row lacks this column, such as "public.chats.type". PostgreSQL 18 can have unchecked NOT NULLs."""
    found = catalog.get("column", column)
    return bool(found.get("not null")) and "not validated" not in (found.get("not null constraint") or "")


def _not_null(column: str) -> Callable[[Catalog], bool]:
    return lambda catalog: is_not_null(catalog, f"public.chat_participants.{column}")


def _index(name: str, column: str) -> Callable[[Catalog], bool]:
    wanted = f"CREATE INDEX {name} ON public.chat_messages USING btree ({column})"

    def present(catalog: Catalog) -> bool:
        found = catalog.get("index", f"public.{name}")
        return bool(found.get("valid")) and found.get("definition") == wanted

    return present


def _returns(signature: str, result: str) -> Callable[[Catalog], bool]:
    return lambda catalog: catalog.get("function", f"public.{signature}").get("result") == result


# What each script adds, as far as a catalog shows it.
_ADDS: dict[str, tuple[tuple[str, str, Callable[[Catalog], bool]], ...]] = {
    "prod": (
        ("001", "chat_participants.chat_id NOT NULL", _not_null("chat_id")),
        ("001", "chat_participants.user_id NOT NULL", _not_null("user_id")),
        ("001", "idx_chat_messages_sender_id", _index("idx_chat_messages_sender_id", "sender_id")),
    ),
    "staging": (
        (
            "002",
            "mark_messages_as_read returning a count",
            _returns("mark_messages_as_read(p_chat_id uuid, p_user_id uuid)", "TABLE(updated_count bigint)"),
        ),
        ("002", "get_unread_count", _returns("get_unread_count(p_chat_id uuid, p_user_id uuid)", "bigint")),
        ("003", "idx_chat_messages_reply_to", _index("idx_chat_messages_reply_to", "reply_to_message_id")),
    ),
}


def of(environment: str, catalog: Catalog) -> State:
    """The state of an environment's messaging schema. Another environment's gaps make it unknown."""
    others = [add for name, adds in _ADDS.items() if name != environment for add in adds]
    if not all(present(catalog) for _, _, present in others):
        return State("unknown")
    adds = _ADDS[environment]
    missing = tuple(f"{script} {what}" for script, what, present in adds if not present(catalog))
    if not missing:
        return State("aligned")
    return State("baseline" if len(missing) == len(adds) else "partly", missing)

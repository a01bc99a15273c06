"""What triggers do to the writes of the page and of the functions: whatever they are called and whoever wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect.guide import firing
from connect.guide.settings import replica_role, search_paths
from pgproof.machinery import triggers
from pgproof.machinery.names import missing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pgproof.catalog import Catalog
    from pgproof.machinery.reading import Machinery, Trigger

_NOTHING: Collection[Any] = ()
# What has to be stored as it was written, by table and operation, and what a trigger may set all the same. Who sent a
# message, and when, a project may set itself; and it may forbid to edit a text.
KEPT: Mapping[str, Mapping[str, Mapping[str, Collection[Any]]]] = {
    "chats": {
        "INSERT": {"type": _NOTHING},
        "UPDATE": {"last_message_at": _NOTHING},
    },
    "chat_participants": {
        "INSERT": {"chat_id": _NOTHING, "user_id": _NOTHING},
        "UPDATE": {"last_read_at": _NOTHING},
    },
    "chat_messages": {
        "INSERT": {
            "chat_id": _NOTHING,
            "sender_id": _NOTHING,
            "message_text": _NOTHING,
            "client_generated_id": _NOTHING,
            "seq": _NOTHING,
            "status": ("sent",),
        },
        "UPDATE": {"status": _NOTHING},
    },
}
# What a person sees if such a write is lost.
SEEN = {
    ("chats", "INSERT"): "no chat can be opened",
    ("chats", "UPDATE"): "a new message does not move its chat up the list, or cannot be sent",
    ("chat_participants", "INSERT"): "nobody can be added to a chat",
    ("chat_participants", "UPDATE"): "unread counts never fall",
    ("chat_messages", "INSERT"): "messages are lost, or stored as something else than was sent",
    ("chat_messages", "UPDATE"): "ticks for delivered and read never show",
}


def breaking(catalog: Catalog, machinery: Machinery, table: str) -> tuple[str, str] | None:
    """Return what triggers break writes to a table, with the statements that end it; None if none does."""
    wrong: list[str] = []
    mending: list[str] = []
    columns = {
        name.rpartition(".")[2].strip('"')
        for name in catalog.of_kind("column")
        if name.rpartition(".")[0] == f"public.{table}"
    }
    role = replica_role(machinery)
    writers = firing.writers(catalog, machinery, role)
    for trigger in machinery.triggers:
        if trigger.table != f"public.{table}" or not triggers.fires(trigger, role):
            continue
        for operation, kept in KEPT[table].items():
            defect = triggers.defect(trigger, operation, columns, kept)
            mend = f"mend {trigger.calls}()"
            if defect is None and triggers.applies(trigger, operation, kept):
                defect = _missing(machinery, trigger, operation)
            if defect is None:
                defect = _missing_in_writers(machinery, trigger, operation, writers)
                mend += ", where each name needs its schema"
            if defect is not None:
                wrong.append(f"{trigger.name} ({trigger.calls}) {defect}: {SEEN[table, operation]}")
                statement = f"{mend}, or DROP TRIGGER {trigger.name} ON {trigger.table}"
                mending += [statement] if statement not in mending else []
    return ("; ".join(wrong), "; ".join(mending)) if wrong else None


def _missing(machinery: Machinery, trigger: Trigger, operation: str) -> str | None:
    """Return what a trigger's function is certain to need and does not find."""
    read = triggers.body(trigger, operation)
    if read is None or trigger.transition:
        return None
    lost = next(
        (lost for path in search_paths(machinery, trigger.settings) if (lost := missing(read, machinery, path))),
        None,
    )
    return f"names what does not exist, so that each {operation} fails: {', '.join(lost)}" if lost else None


def _missing_in_writers(
    machinery: Machinery, trigger: Trigger, operation: str, writers: Iterable[firing.Writer]
) -> str | None:
    """Return what a trigger's function does not find where a function fires it whose search path it takes over."""
    read = triggers.body(trigger, operation)
    if read is None or trigger.transition or any(each.startswith("search_path=") for each in trigger.settings):
        return None
    for writer in writers:
        if (writer.table, writer.operation) != (trigger.table, operation):
            continue
        lost = missing(read, machinery, writer.path) if triggers.applies(trigger, operation, writer.columns) else []
        if lost:
            return (
                f"names what does not exist in the search path of {writer.name}"
                f" ({', '.join(writer.path) or 'empty'}), so that each {operation} there fails: {', '.join(lost)}"
            )
    return None

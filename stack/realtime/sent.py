"""What the database itself sends: rows that are inserted into realtime.messages, from the stream to the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.realtime.frames import Raw
from stack.realtime.topics import PREFIX, Json, room

if TYPE_CHECKING:
    from stack.realtime.pgoutput import Change
    from stack.realtime.topics import Topics


def is_message(change: Change) -> bool:
    """Return whether a change is something that the database sends. The partitions of the table count as well."""
    return change.relation.schema == "realtime" and change.relation.table.startswith("messages")


def deliver(change: Change, topics: Topics) -> None:
    """Broadcast a row to its topic; one that is no broadcast, or has no payload, is nobody's."""
    row = change.new
    if change.kind != "INSERT" or row is None or row.get("extension") != "broadcast":
        return
    topic, event, text, data = (row.get(name) for name in ("topic", "event", "payload", "binary_payload"))
    if topic is None or event is None or (text is None and data is None):
        return
    # The stream writes bytes as \\x and two digits each.
    payload = Json(text or "") if data is None else Raw(bytes.fromhex(data.removeprefix("\\x")))
    topics.broadcast(room(PREFIX + topic, private=row.get("private") == "t"), event, payload, message=row.get("id"))

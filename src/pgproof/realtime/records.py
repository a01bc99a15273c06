"""What is asked of a channel, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pgproof.realtime.phoenix import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.moment import Moment

TYPES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Changes:
    """Which changes a channel wants. event: INSERT, UPDATE, DELETE or *. filter: such as chat_id=eq.1."""

    event: str = "*"
    schema: str = "public"
    table: str | None = None
    filter: str | None = None

    def as_json(self) -> dict[str, str]:
        """As it is sent, which is also how the server has to repeat it."""
        given = {"event": self.event, "schema": self.schema, "table": self.table, "filter": self.filter}
        return {name: value for name, value in given.items() if value is not None}

    def is_repeated_by(self, entry: Any) -> bool:
        """Whether an entry of the server's reply is about this."""
        return isinstance(entry, dict) and all(
            entry.get(name) == getattr(self, name) for name in ("event", "schema", "table", "filter")
        )

    def covers(self, change: Change) -> bool:
        """Whether a change is of this kind and table; its filter is not looked at."""
        pairs = ((self.event, change.type), (self.schema, change.schema), (self.table or "*", change.table))
        return all(wanted in ("*", given) for wanted, given in pairs)


@dataclass(frozen=True)
class Change:
    """One event. record: empty for a DELETE. old_record: empty for an INSERT. columns: names with pg_type names.

    commit_timestamp: None if the server could not read the row; the reason is then in errors.
    """

    type: str
    schema: str
    table: str
    record: dict[str, Any]
    old_record: dict[str, Any]
    columns: tuple[tuple[str, str], ...]
    commit_timestamp: datetime | None
    errors: tuple[str, ...]
    ids: tuple[int, ...]
    received: Moment


@dataclass(frozen=True)
class Broadcast:
    """payload: bytes if it was sent raw, which only version 2.0.0 brings."""

    event: str
    payload: Any
    received: Moment


@dataclass(frozen=True)
class Presence:
    """A whole state, or a difference of joins and leaves; both by key."""

    kind: str
    payload: dict[str, Any]
    received: Moment


def ids(wanted: Sequence[Changes], entries: Any) -> tuple[int, ...]:
    """Of what was asked for, by index, from the reply to a join. Raises Malformed where a client would not fire."""
    if (
        not isinstance(entries, list)
        or len(entries) != len(wanted)
        or not all(mine.is_repeated_by(theirs) for mine, theirs in zip(wanted, entries, strict=True))
    ):
        raise Malformed("the reply to the join does not repeat the changes asked for")
    found = tuple(entry.get("id") for entry in entries)
    if not all(type(each) is int and each != 0 for each in found):
        raise Malformed("the reply to the join has an id that is no integer, or 0")
    return found


def change(payload: dict[str, Any], received: Moment) -> Change:
    """The payload of postgres_changes. Raises Malformed where the official clients would drop or break it."""
    data, ids = payload.get("data"), payload.get("ids")
    if not isinstance(data, dict) or not isinstance(ids, list):
        raise Malformed("a change without data or ids")
    missing = {"schema", "table", "type", "commit_timestamp", "columns", "errors"} - data.keys()
    if missing:
        raise Malformed(f"a change without {', '.join(sorted(missing))}")
    if data["type"] not in TYPES:
        raise Malformed(f"a change of type '{data['type']}'")
    try:
        at = data["commit_timestamp"]
        return Change(
            data["type"],
            data["schema"],
            data["table"],
            dict(data.get("record") or {}),
            dict(data.get("old_record") or {}),
            tuple((each["name"], each["type"]) for each in data["columns"]),
            None if at is None else datetime.fromisoformat(at),
            tuple(data["errors"] or ()),
            tuple(ids),
            received,
        )
    except (TypeError, ValueError, KeyError) as error:
        raise Malformed(f"a change whose parts have the wrong type: {error.__class__.__name__}") from None


def broadcast(payload: dict[str, Any], received: Moment) -> Broadcast:
    """Raises Malformed."""
    if not isinstance(payload.get("event"), str) or "payload" not in payload:
        raise Malformed("a broadcast without event or payload")
    return Broadcast(payload["event"], payload["payload"], received)


def presence(event: str, payload: dict[str, Any], received: Moment) -> Presence:
    """Of presence_state or presence_diff. Raises Malformed, also if a meta has no phx_ref."""
    kind = event.removeprefix("presence_")
    if kind == "diff" and payload.keys() != {"joins", "leaves"}:
        raise Malformed("a presence_diff that is not joins and leaves")
    states = [payload] if kind == "state" else list(payload.values())
    try:
        metas = [meta for state in states for each in state.values() for meta in each["metas"]]
        named = all("phx_ref" in meta for meta in metas)
    except (TypeError, KeyError, AttributeError):
        raise Malformed(f"a {event} that is not metas by key") from None
    if not named:
        raise Malformed(f"a {event} with a meta that has no phx_ref")
    return Presence(kind, payload, received)

"""What a listener asks of a channel, and what the channel brings: payloads of Supabase Realtime, checked and typed."""

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
    """Which changes a channel asks for.

    event: INSERT, UPDATE, DELETE or *. table: None for every table of the schema. filter: such as id=eq.1.
    """

    event: str = "*"
    schema: str = "public"
    table: str | None = None
    filter: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the entry of postgres_changes in a join, which the server has to repeat in its reply."""
        given = {"event": self.event, "schema": self.schema, "table": self.table, "filter": self.filter}
        return {name: value for name, value in given.items() if value is not None}

    def is_repeated_by(self, entry: Any) -> bool:
        """Return whether an entry of the server's reply repeats this one."""
        return isinstance(entry, dict) and all(
            entry.get(name) == getattr(self, name) for name in ("event", "schema", "table", "filter")
        )

    def covers(self, change: Change) -> bool:
        """Return whether a change is of this event, schema and table; the filter is not checked."""
        pairs = ((self.event, change.type), (self.schema, change.schema), (self.table or "*", change.table))
        return all(wanted in ("*", given) for wanted, given in pairs)


@dataclass(frozen=True)
class Change:
    """One event of postgres_changes.

    record: empty for a DELETE. old_record: empty for an INSERT. columns: each with the name of its type in pg_type.
    commit_timestamp: None if the server could not read the row; the reason is then in errors.
    ids: which of the channel's entries the event is for, as the reply to the join numbered them.
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
    """One broadcast. payload: bytes if it was sent raw, which only version 2.0.0 delivers."""

    event: str
    payload: Any
    received: Moment


@dataclass(frozen=True)
class Presence:
    """A presence message. kind: state, with everybody by key, or diff, with joins and leaves by key."""

    kind: str
    payload: dict[str, Any]
    received: Moment


def ids(wanted: Sequence[Changes], entries: Any) -> tuple[int, ...]:
    """Return the server's id for each of the wanted changes, in their order.

    entries: postgres_changes in the reply to the join. Raises Malformed where an official client would not fire.
    """
    if (
        not isinstance(entries, list)
        or len(entries) != len(wanted)
        or not all(mine.is_repeated_by(theirs) for mine, theirs in zip(wanted, entries, strict=True))
    ):
        raise Malformed("the reply to the join does not repeat the changes asked for")
    found = tuple(entry.get("id") for entry in entries)
    if not all(type(each) is int and each != 0 for each in found):
        raise Malformed("the reply to the join has an id that is 0 or not an integer")
    return found


def change(payload: dict[str, Any], received: Moment) -> Change:
    """Return the change in a payload of postgres_changes.

    Raises Malformed where the official clients would drop the event or fail on it.
    """
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
    """Return the broadcast in a payload. Raises Malformed if it has no event or payload."""
    if not isinstance(payload.get("event"), str) or "payload" not in payload:
        raise Malformed("a broadcast without event or payload")
    return Broadcast(payload["event"], payload["payload"], received)


def presence(event: str, payload: dict[str, Any], received: Moment) -> Presence:
    """Return the presence in a payload. event: presence_state or presence_diff.

    Raises Malformed if the payload is not metas by key, each with a phx_ref.
    """
    kind = event.removeprefix("presence_")
    if kind == "diff" and payload.keys() != {"joins", "leaves"}:
        raise Malformed("a presence_diff that does not consist of joins and leaves")
    states = [payload] if kind == "state" else list(payload.values())
    try:
        metas = [meta for state in states for each in state.values() for meta in each["metas"]]
        named = all("phx_ref" in meta for meta in metas)
    except (TypeError, KeyError, AttributeError):
        raise Malformed(f"a {event} that does not hold metas by key") from None
    if not named:
        raise Malformed(f"a {event} with a meta that has no phx_ref")
    return Presence(kind, payload, received)

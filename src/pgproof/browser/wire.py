"""What a page's websocket says about its subscriptions, read from the frames as they pass.

The frames are those of https://supabase.com/docs/guides/realtime/protocol.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pgproof.browser.vocabulary import Vocabulary

# The path of the realtime service, whatever comes before it.
SOCKET = re.compile(r"/realtime/v1/websocket")


class Push(NamedTuple):
    """A Phoenix message of either serializer version."""

    topic: str
    event: str
    payload: Any
    ref: str | None = None


def content(frame: str | bytes) -> Any:
    """Return what a frame holds as JSON, None if it is binary or not JSON."""
    if isinstance(frame, bytes):
        return None
    try:
        return json.loads(frame)
    except ValueError:
        return None


def push(frame: str | bytes) -> Push | None:
    """Return the Phoenix message in a frame, None if the frame is binary or not a message."""
    match content(frame):
        case [_, ref, str(topic), str(event), payload]:
            return Push(topic, event, payload, ref)
        case {"topic": str(topic), "event": str(event), "payload": payload} as whole:
            return Push(topic, event, payload, whole.get("ref"))
    return None


def describe(frame: str | bytes, vocabulary: Vocabulary) -> str:
    """Return a frame in few words: of a change what a person wants to know, of any other message everything."""
    found = push(frame)
    if found is None:
        return f"{len(frame)} bytes" if isinstance(frame, bytes) else frame
    if found.event == "postgres_changes" and isinstance(found.payload, dict):
        data = found.payload.get("data", {})
        record = data.get("record") or data.get("old_record")
        return f"{found.topic} {vocabulary.change(data.get('type'), data.get('table'), record)}"
    return f"{found.topic} {found.event} {json.dumps(found.payload, ensure_ascii=False)}"


class Subscriptions:
    """The subscriptions of one socket: to changes of the database, and to other things, such as broadcasts.

    A topic of changes is live once the server has confirmed in a system message that they flow, any other at the reply
    to its join. filters: those of every topic of changes that was ever joined, in order. has_joined: whether any topic
    ever was.
    """

    def __init__(self) -> None:
        self._wanted: dict[str, list[tuple[str, str]]] = {}
        # The reference of the join, by topic.
        self._others: dict[str, str | None] = {}
        self._live: set[str] = set()
        self._refused: set[str] = set()
        self.filters: list[tuple[str, ...]] = []
        self.has_joined = False

    @property
    def joined(self) -> set[str]:
        """The topics of changes that the page asked for."""
        return {*self._wanted}

    @property
    def others(self) -> dict[str, bool]:
        """The topics that bring no changes, and whether each is live; without those that the server refused."""
        return {topic: topic in self._live for topic in self._others if topic not in self._refused}

    def asked(self, table: str) -> list[bool]:
        """Return for each topic whether its changes flow; not of one that the server refused and a table is not in."""
        return [
            topic in self._live
            for topic, wanted in self._wanted.items()
            if topic not in self._refused or any(each in ("*", table) for each, _ in wanted)
        ]

    def names(self, key: str) -> bool:
        """Return whether the filter of a topic contains this."""
        return any(key in each for wanted in self._wanted.values() for _, each in wanted)

    def sent(self, frame: str | bytes) -> None:
        """Take in a frame that the page sent."""
        found = push(frame)
        if found is None:
            return
        if found.event in ("phx_join", "phx_leave"):
            self._wanted.pop(found.topic, None)
            self._others.pop(found.topic, None)
            self._refused.discard(found.topic)
            self._live.discard(found.topic)
        if found.event == "phx_join":
            self.has_joined = True
            if wanted := _changes(found.payload):
                self._wanted[found.topic] = wanted
                self.filters.append(tuple(each for _, each in wanted))
            else:
                self._others[found.topic] = found.ref

    def received(self, frame: str | bytes) -> None:
        """Take in a frame that the server sent."""
        found = push(frame)
        if found is None or not isinstance(found.payload, dict):
            return
        if found.event == "system" and found.payload.get("extension") == "postgres_changes":
            if found.payload.get("status") == "ok":
                self._live.add(found.topic)
                self._refused.discard(found.topic)
            else:
                self._refused.add(found.topic)
        elif found.event == "phx_reply" and found.topic in self._others:
            if found.ref == self._others[found.topic]:
                (self._live if found.payload.get("status") == "ok" else self._refused).add(found.topic)
        elif found.event in ("phx_close", "phx_error"):
            self._live.discard(found.topic)


def _changes(payload: Any) -> list[tuple[str, str]]:
    """Return the table and filter of each kind of change that a page asks for; without a table it means every one."""
    wanted = payload.get("config", {}).get("postgres_changes") if isinstance(payload, dict) else None
    return [(str(each.get("table") or "*"), str(each.get("filter") or "")) for each in wanted or ()]

"""One channel: joined, live, refreshed, closed, joined again. No I/O: it pushes to a wire and is told the time."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pgproof.realtime import records
from pgproof.realtime.phoenix import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.moment import Moment
    from pgproof.realtime.phoenix import Message
    from pgproof.realtime.records import Broadcast, Change, Changes, Presence
    from pgproof.realtime.wire import Wire


class State(StrEnum):
    """Where a channel stands.

    OFFLINE: no socket. JOINED: the join was answered, but changes do not flow yet. LIVE: changes flow.
    WAITING: to join again. CLOSED: by the server; only a new token joins again. LEFT: by ourselves.
    """

    OFFLINE = "offline"
    JOINING = "joining"
    JOINED = "joined"
    LIVE = "live"
    WAITING = "waiting"
    CLOSED = "closed"
    LEAVING = "leaving"
    LEFT = "left"


ENDED = frozenset({State.CLOSED, State.LEFT})
_ANSWERED = frozenset({State.JOINED, State.LIVE})


class Channel:
    """One channel of Supabase Realtime, with everything that came over it.

    name: without the prefix realtime:. changes: what it asks for. backoff: seconds before each next try.
    patience: seconds for an answer to a join. states: each state, since when and why.
    lives: how often the server said that changes flow. due: when tick has something to do, in monotonic seconds.
    """

    def __init__(
        self,
        name: str,
        changes: Sequence[Changes],
        wire: Wire,
        *,
        backoff: Sequence[float],
        patience: float,
        private: bool = False,
        presence: bool = False,
    ) -> None:
        self.topic = f"realtime:{name}"
        self.wanted = tuple(changes)
        self.state, self.reason = State.OFFLINE, ""
        self.lives = 0
        self.due: float | None = None
        self.states: list[tuple[Moment, State, str]] = []
        self.changes: list[Change] = []
        self.broadcasts: list[Broadcast] = []
        self.presences: list[Presence] = []
        self._wire, self._backoff, self._patience = wire, backoff, patience
        self._private, self._presence = private, presence
        self._tries = 0
        self._ids: tuple[int, ...] = ()
        self._join_ref = self._leave_ref = ""

    def connected(self, at: Moment) -> None:
        """Join, now that there is a socket, unless the channel was closed or left."""
        if self.state in ENDED:
            return
        config = {
            "broadcast": {"ack": False, "self": False},
            "presence": {"key": "", "enabled": self._presence},
            "postgres_changes": [each.as_json() for each in self.wanted],
            "private": self._private,
        }
        self._ids = ()
        self._join_ref = self._wire.push(self.topic, "phx_join", {"config": config, **self._credentials()}, at)
        self._enter(State.JOINING, at, due=at.monotonic + self._patience)

    def disconnected(self, at: Moment, reason: str) -> None:
        """Go offline, since the socket is gone; a channel that was leaving has left."""
        if self.state not in ENDED:
            self._enter(State.LEFT if self.state is State.LEAVING else State.OFFLINE, at, reason)

    def leave(self, at: Moment) -> None:
        """Ask the server to close the channel; without a socket or a join it is left at once."""
        if self.state in _ANSWERED | {State.JOINING}:
            self._leave_ref = self._wire.push(self.topic, "phx_leave", {}, at, self._join_ref)
            self._enter(State.LEAVING, at)
        elif self.state not in ENDED:
            self._enter(State.LEFT, at)

    def refresh(self, at: Moment, *, online: bool) -> None:
        """Tell the server the wire's new token; if the server closed the channel, join again once there is a socket."""
        if self.state in _ANSWERED | {State.JOINING}:
            self._wire.push(self.topic, "access_token", self._credentials(), at, self._join_ref)
        elif self.state is State.CLOSED:
            self._enter(State.OFFLINE, at, "a new token")
            if online:
                self.connected(at)

    def tick(self, at: Moment) -> None:
        """Do what is due: join again, or give up a join that was not answered."""
        if self.due is None or at.monotonic < self.due:
            return
        if self.state is State.WAITING:
            self.connected(at)
        else:
            self._try_later(at, f"the join was not answered within {self._patience:g} s")

    def receive(self, message: Message, at: Moment) -> None:
        """Take in a message on this topic. Raises Malformed if it does not follow the protocol."""
        own_ref = message.ref if message.event in ("phx_close", "phx_error") else None
        join_ref = message.join_ref or own_ref
        if self.state is State.LEFT or (join_ref is not None and join_ref != self._join_ref):
            return
        payload = message.payload
        match message.event:
            case "phx_reply":
                self._reply(message, at)
            case "phx_close":
                self._enter(State.LEFT if self.state is State.LEAVING else State.CLOSED, at, self.reason)
            case "phx_error":
                self._try_later(at, f"phx_error: {payload.get('reason', 'no reason given')}")
            case "system":
                self._system(payload, at)
            case "postgres_changes":
                self._change(records.change(payload, at))
            case "broadcast":
                self.broadcasts.append(records.broadcast(payload, at))
            case "presence_state" | "presence_diff":
                self.presences.append(records.presence(message.event, payload, at))
            case other:
                raise Malformed(f"an event '{other}' on {self.topic}")

    def _reply(self, message: Message, at: Moment) -> None:
        status, response = message.payload.get("status"), message.payload.get("response")
        if status not in ("ok", "error") or not isinstance(response, dict):
            raise Malformed("a reply without a status of ok or error and an object as response")
        if self.state is State.LEAVING and message.ref == self._leave_ref:
            self._enter(State.LEFT, at)
        elif self.state is not State.JOINING or message.ref != self._join_ref:
            return
        elif status == "error":
            self._try_later(at, f"the join was refused: {response.get('reason', 'no reason given')}")
        else:
            self._joined(response.get("postgres_changes", []), at)

    def _joined(self, entries: Any, at: Moment) -> None:
        try:
            self._ids = records.ids(self.wanted, entries)
        except Malformed as mismatch:
            # Events could not be told apart, and another join would be answered in the same way.
            self._wire.push(self.topic, "phx_leave", {}, at, self._join_ref)
            self._enter(State.CLOSED, at, str(mismatch))
            return
        self._enter(State.JOINED, at)
        if not self.wanted:
            self._live(at)

    def _system(self, payload: dict[str, Any], at: Moment) -> None:
        if payload.get("status") not in ("ok", "error"):
            raise Malformed("a system message without a status of ok or error")
        # A join that is not answered yet has no system messages: they belong to the join before.
        if self.state not in _ANSWERED:
            return
        if payload["status"] == "error":
            self._try_later(at, f"system error: {payload.get('message', 'no message')}")
        elif payload.get("extension") == "postgres_changes":
            self._live(at)

    def _change(self, change: Change) -> None:
        matched = [mine for own, mine in zip(self._ids, self.wanted, strict=False) if own in change.ids]
        if not any(mine.covers(change) for mine in matched):
            # As long as this join is not answered, the change belongs to the join before.
            if self.state in _ANSWERED:
                raise Malformed(f"a change that was not asked for: {change.type} of {change.schema}.{change.table}")
            return
        self.changes.append(change)

    def _live(self, at: Moment) -> None:
        self.lives += 1
        self._tries = 0
        self._enter(State.LIVE, at)

    def _try_later(self, at: Moment, reason: str) -> None:
        if self.state in ENDED | {State.LEAVING}:
            return
        pause = self._backoff[min(self._tries, len(self._backoff) - 1)]
        self._tries += 1
        self._enter(State.WAITING, at, reason, due=at.monotonic + pause)

    def _enter(self, state: State, at: Moment, reason: str = "", due: float | None = None) -> None:
        self.state, self.due = state, due
        self.reason = self._wire.hide(reason)
        self.states.append((at, state, self.reason))

    def _credentials(self) -> dict[str, str]:
        return {} if self._wire.token is None else {"access_token": self._wire.token}

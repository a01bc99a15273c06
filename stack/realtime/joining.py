"""The payload of a join (phx_join), read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

from stack.realtime import subscriptions
from stack.realtime.private import MOST_REPLAYED

_WAIT_SECONDS = 15.0
_LONGEST_WAIT_SECONDS = 20.0
# The end of the year 9999.
_LAST_MILLISECOND = 253_402_300_799_999


class BadJoinError(Exception):
    """A join that is refused. Its text is the reason: "Code: message"."""


@dataclass(frozen=True)
class Replay:
    """Which stored broadcasts to send again: up to so many since then, in milliseconds since the epoch."""

    since: float
    limit: int


@dataclass(frozen=True)
class Join:
    """What a channel is to do. changes: the entries of postgres_changes, as given.

    wait: for how many seconds the reply may be held back until changes flow; None to reply at once. replay: what to
    send again. replication_ready: say when what the database sends arrives.
    """

    own_broadcasts: bool
    acknowledge: bool
    presence: bool
    presence_key: str
    changes: tuple[dict[str, Any], ...]
    wait: float | None
    access_token: str | None
    private: bool = False
    replay: Replay | None = None
    replication_ready: bool = False

    def echo(self) -> list[dict[str, Any]]:
        """Return the entries with their ids, each exactly as given, because clients compare them."""
        return [{**given, "id": subscriptions.entry_id(given)} for given in self.changes]


def read(payload: object) -> Join:
    """Return what a payload asks for; what is absent or null has its default. Raises BadJoinError if it is refused.

    Keys that are not known are ignored.
    """
    top = _object(payload, "payload")
    config = _object(top.get("config"), "config")
    broadcast = _object(config.get("broadcast"), "config.broadcast")
    presence = _object(config.get("presence"), "config.presence")
    options = _object(config.get("postgres_changes_options"), "config.postgres_changes_options")
    changes = [] if config.get("postgres_changes") is None else config["postgres_changes"]
    if not isinstance(changes, list) or not all(isinstance(entry, dict) for entry in changes):
        raise BadJoinError("InvalidJoinPayload: config.postgres_changes must be a list of objects")
    private = bool(config.get("private"))
    replay = _replay(broadcast.get("replay"))
    if replay is not None and not private:
        raise BadJoinError("UnableToReplayMessages: Replay is not allowed for public channels")
    key = presence.get("key") or ""
    token = top.get("access_token")
    if not isinstance(key, str) or not isinstance(token, str | None):
        raise BadJoinError("InvalidJoinPayload: config.presence.key and access_token must be strings")
    return Join(
        own_broadcasts=bool(broadcast.get("self")),
        acknowledge=bool(broadcast.get("ack")),
        presence=bool(presence.get("enabled")),
        presence_key=key,
        changes=tuple(changes),
        wait=_wait(options),
        access_token=token,
        private=private,
        replay=replay,
        replication_ready=bool(broadcast.get("replication_ready")),
    )


def _replay(given: object) -> Replay | None:
    if not given:
        return None
    since, limit = (given.get("since"), given.get("limit", MOST_REPLAYED)) if isinstance(given, dict) else (None, None)
    if not _is_whole(since) or not _is_whole(limit) or not 0 <= since <= _LAST_MILLISECOND:
        raise BadJoinError("UnableToReplayMessages: Replay params are not valid")
    return Replay(since, limit)


def _is_whole(given: object) -> TypeGuard[int]:
    return isinstance(given, int) and not isinstance(given, bool)


def _wait(options: dict[str, Any]) -> float | None:
    if not options.get("wait"):
        return None
    milliseconds = options.get("timeout")
    if milliseconds is None:
        return _WAIT_SECONDS
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or not milliseconds > 0:
        raise BadJoinError("InvalidJoinPayload: postgres_changes_options.timeout must be milliseconds, more than 0")
    # In this order: an integer may be too large to be divided.
    return min(milliseconds, _LONGEST_WAIT_SECONDS * 1000) / 1000


def _object(given: object, name: str) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadJoinError(f"InvalidJoinPayload: {name} must be an object")
    return given

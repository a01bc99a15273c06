"""The payload of a join (phx_join), read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stack.realtime import subscriptions

_WAIT_SECONDS = 15.0
_LONGEST_WAIT_SECONDS = 20.0


class BadJoinError(Exception):
    """A join that is refused. Its text is the reason: "Code: message"."""


@dataclass(frozen=True)
class Join:
    """What a channel is to do. changes: the entries of postgres_changes, as given.

    wait: for how many seconds the reply may be held back until changes flow; None to reply at once.
    """

    own_broadcasts: bool
    acknowledge: bool
    presence: bool
    presence_key: str
    changes: tuple[dict[str, Any], ...]
    wait: float | None
    access_token: str | None

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
    if broadcast.get("replay"):
        raise BadJoinError("UnableToReplayMessages: only private channels can replay, and there are none here")
    if config.get("private"):
        raise BadJoinError(
            "Unauthorized: private channels need policies on realtime.messages, which this database does not have"
        )
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
    )


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

"""The facts of a history. A key names a message: its text or its id, unique in the run, and the same for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgproof.moment import Moment


@dataclass(frozen=True)
class Observer:
    """A tab or a listener.

    must_see: the keys that it has to show in the end, None for all that are stored and not deleted.
    may_see: the keys that it may ever see, None for all that are stored.
    follows_changes: whether it learns of changes to a message; if not, the last status that it saw is not judged.
    """

    name: str
    must_see: frozenset[str] | None = None
    may_see: frozenset[str] | None = None
    follows_changes: bool = True


@dataclass(frozen=True)
class Line:
    """A message as an observer shows it.

    text and status: None where they are not shown. deleted: shown as deleted.
    pending: shown as not yet sent, which only its sender may do.
    """

    key: str
    text: str | None = None
    status: str | None = None
    deleted: bool = False
    pending: bool = False


@dataclass(frozen=True)
class Row:
    """A message as the database holds it. seq: its place in the order; None if it has none."""

    key: str
    seq: int | None
    text: str | None = None
    status: str | None = None
    deleted: bool = False


@dataclass(frozen=True)
class Sent:
    """An attempt to send begins. by: the observer that makes it, or any other name."""

    key: str
    by: str
    at: Moment


@dataclass(frozen=True)
class Acknowledged:
    """An attempt was answered: the message is stored."""

    key: str
    at: Moment


@dataclass(frozen=True)
class Refused:
    """An attempt was answered: the message is not stored."""

    key: str
    reason: str
    at: Moment


@dataclass(frozen=True)
class Watching:
    """The observer is live: it can see what happens from here on."""

    observer: str
    at: Moment


@dataclass(frozen=True)
class Heard:
    """One event of a feed. kind: INSERT, UPDATE or DELETE."""

    observer: str
    kind: str
    line: Line
    at: Moment


@dataclass(frozen=True)
class View:
    """All that the observer shows, from top to bottom: a page, or an answer to a query.

    at_rest: nothing was under way, so the order has to be right already.
    """

    observer: str
    lines: tuple[Line, ...]
    at_rest: bool
    at: Moment


Entry = Sent | Acknowledged | Refused | Watching | Heard | View


@dataclass(frozen=True)
class History:
    """Everything recorded in one chat.

    entries: in order of time. stored: every row of the chat at the end, None if it could not be read.
    existing: the keys that were stored before the history began.
    """

    observers: tuple[Observer, ...]
    entries: tuple[Entry, ...]
    stored: tuple[Row, ...] | None
    existing: frozenset[str] = frozenset()

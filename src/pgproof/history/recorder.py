"""Writes down what happens in a chat; its methods may be called from any thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pgproof import moment
from pgproof.history.records import Acknowledged, Heard, History, Refused, Sent, View, Watching

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgproof.history.records import Entry, Line, Observer, Row
    from pgproof.moment import Moment


class Recorder:
    """The recorder of one chat. `at` is always the moment at which the event happened; left out, it is now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observers: dict[str, Observer] = {}
        self._entries: list[Entry] = []
        self._existing: set[str] = set()
        self._stored: tuple[Row, ...] | None = None

    def observer(self, observer: Observer) -> None:
        """Announce an observer; announce it again to change what it must and may see."""
        with self._lock:
            self._observers[observer.name] = observer

    def existing(self, keys: Iterable[str]) -> None:
        """Add messages that were stored before the history began."""
        with self._lock:
            self._existing.update(keys)

    def sent(self, key: str, by: str, at: Moment | None = None) -> None:
        """Record that an attempt to send is about to begin. by: the observer that makes it, or any other name."""
        self._add(Sent(key, by, at or moment.now()))

    def acknowledged(self, key: str, at: Moment | None = None) -> None:
        """Record that the sender was told that the message is stored."""
        self._add(Acknowledged(key, at or moment.now()))

    def refused(self, key: str, reason: str, at: Moment | None = None) -> None:
        """Record that the sender was told that the message is not stored. reason: as the sender was given it."""
        self._add(Refused(key, reason, at or moment.now()))

    def watching(self, observer: str, at: Moment | None = None) -> None:
        """Record that the observer is live from here on. Raises ValueError if it was not announced."""
        self._add(Watching(observer, at or moment.now()))

    def heard(self, observer: str, kind: str, line: Line, at: Moment | None = None) -> None:
        """Record an event of a feed. kind: INSERT, UPDATE or DELETE. Raises ValueError as watching does."""
        self._add(Heard(observer, kind, line, at or moment.now()))

    def view(self, observer: str, lines: Iterable[Line], *, at_rest: bool = False, at: Moment | None = None) -> None:
        """Record all that the observer shows, from top to bottom. Raises ValueError as watching does.

        at_rest: nothing is under way, so the order has to be right already.
        """
        self._add(View(observer, tuple(lines), at_rest, at or moment.now()))

    def stored(self, rows: Iterable[Row]) -> None:
        """Record every row of the chat that the database holds; only the last reading counts."""
        with self._lock:
            self._stored = tuple(rows)

    def history(self) -> History:
        """Return everything recorded so far, in order of time."""
        with self._lock:
            return History(
                tuple(self._observers.values()),
                tuple(sorted(self._entries, key=lambda entry: entry.at)),
                self._stored,
                frozenset(self._existing),
            )

    def _add(self, entry: Entry) -> None:
        with self._lock:
            if isinstance(entry, Watching | Heard | View) and entry.observer not in self._observers:
                raise ValueError(f"'{entry.observer}' was not announced as an observer")
            self._entries.append(entry)

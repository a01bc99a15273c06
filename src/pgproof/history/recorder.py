"""Takes down what happens, from any thread."""

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
    """Of one chat. Each method takes the moment at which it happened, this one if not given."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observers: dict[str, Observer] = {}
        self._entries: list[Entry] = []
        self._existing: set[str] = set()
        self._stored: tuple[Row, ...] | None = None

    def observer(self, observer: Observer) -> None:
        """Somebody who is going to watch; again, to say anew what it must and may see."""
        with self._lock:
            self._observers[observer.name] = observer

    def existing(self, keys: Iterable[str]) -> None:
        """Messages that are stored already."""
        with self._lock:
            self._existing.update(keys)

    def sent(self, key: str, by: str, at: Moment | None = None) -> None:
        """An attempt to send is about to begin. by: the name of the observer that makes it, or any other."""
        self._add(Sent(key, by, at or moment.now()))

    def acknowledged(self, key: str, at: Moment | None = None) -> None:
        """The sender was told that it is stored."""
        self._add(Acknowledged(key, at or moment.now()))

    def refused(self, key: str, reason: str, at: Moment | None = None) -> None:
        """The sender was told that it is not stored."""
        self._add(Refused(key, reason, at or moment.now()))

    def watching(self, observer: str, at: Moment | None = None) -> None:
        """The observer is live."""
        self._add(Watching(observer, at or moment.now()))

    def heard(self, observer: str, kind: str, line: Line, at: Moment | None = None) -> None:
        """The observer's feed brought an INSERT, UPDATE or DELETE."""
        self._add(Heard(observer, kind, line, at or moment.now()))

    def view(self, observer: str, lines: Iterable[Line], *, at_rest: bool = False, at: Moment | None = None) -> None:
        """The observer has these before it, from top to bottom, and nothing else."""
        self._add(View(observer, tuple(lines), at_rest, at or moment.now()))

    def stored(self, rows: Iterable[Row]) -> None:
        """What the database holds, all of the chat; only the last reading counts."""
        with self._lock:
            self._stored = tuple(rows)

    def history(self) -> History:
        """All that was taken down so far. Raises ValueError if an observer was not announced."""
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

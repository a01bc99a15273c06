"""Compares a history with what the database stored, and names everything that is wrong."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pgproof.history import sidebyside, storage
from pgproof.history.judgement import DATABASE, Anomaly, Judgement, Kind, Latency
from pgproof.history.observer import ObserverCheck
from pgproof.history.sightings import Sightings, sightings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.history.records import History


def check(history: History) -> Judgement:
    """Judge a history: anomalies of the database first, then those of each observer, in the order of announcement.

    Raises ValueError if an observer must see a key that nobody sent.
    """
    storage_ = storage.Storage.of(history)
    for observer in history.observers:
        for key in sorted((observer.must_see or frozenset()) - storage_.known):
            raise ValueError(f"{observer.name} must see '{key}', which nobody sent")
    seen = sightings(history.entries)
    checks = [ObserverCheck(observer, seen.get(observer.name, Sightings()), storage_) for observer in history.observers]
    anomalies = chain(_nothing(history, seen), storage_.anomalies(), *(one.anomalies() for one in checks))
    latencies = {name: list(_seconds(name, each, storage_)) for name, each in seen.items()}
    seconds = sorted(chain.from_iterable(latencies.values()))
    shown = {one.observer.name: one.seen.order for one in checks}
    return Judgement(
        tuple(anomalies),
        tuple(storage_.settled()),
        Latency.of(seconds),
        {name: latency for name, each in latencies.items() if (latency := Latency.of(each))},
        sidebyside.table(storage_.order, shown),
        tuple(seconds),
    )


def _nothing(history: History, seen: Mapping[str, Sightings]) -> Iterator[Anomaly]:
    if not history.observers:
        yield Anomaly(Kind.NOTHING_SEEN, DATABASE, None, "nobody watched, so nothing is proved")
    elif not any(each.arrived for each in seen.values()):
        yield Anomaly(Kind.NOTHING_SEEN, DATABASE, None, "no observer saw any message, so nothing is proved")


def _seconds(name: str, seen: Sightings, storage_: storage.Storage) -> Iterator[float]:
    """Yield the seconds from the first attempt to send to the first sight, for each message that others sent."""
    for key, at in seen.arrived.items():
        if key in storage_.sent and name not in storage_.senders[key]:
            yield at.monotonic - storage_.sent[key].monotonic

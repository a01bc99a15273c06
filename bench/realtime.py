"""From the commit of a message to its arrival at a subscriber, at 20 messages a second."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from statistics import median, quantiles
from typing import TYPE_CHECKING

import psycopg

from bench.measure import ROUNDS, CouldNotRun, Row
from connect.embedded_stack import running
from tests.stack.realtime.fix_sockets import Lobby

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.realtime.fix_sockets import RawSocket, Room

_PER_SECOND = 20
_MESSAGES = 100
_P50_BOUND, _P99_BOUND = 0.015, 0.060


def rows() -> Iterator[Row]:
    """Yield the median and the 99th percentile of each round, with row-level security and a filter on the chat."""
    medians, last = [], []
    with running("prod") as stack, ExitStack() as opened:
        database = opened.enter_context(psycopg.connect(stack.dsn, autocommit=True))
        lobby = Lobby(stack, database, opened)
        room, socket = lobby.room(), lobby.socket()
        socket.subscribe("bench", room.wanted(), token=lobby.token(room.members[1]))
        _round(room, socket)
        for _ in range(ROUNDS):
            taken = _round(room, socket)
            medians.append(median(taken))
            last.append(quantiles(taken, n=100)[98])
    yield Row("commit to delivery, p50", medians, bound=_P50_BOUND)
    yield Row("commit to delivery, p99", last, bound=_P99_BOUND)


def _round(room: Room, socket: RawSocket) -> list[float]:
    """Return the seconds that each message took."""
    arrived: dict[str, float] = {}

    def listen() -> None:
        while len(arrived) < _MESSAGES:
            message = socket.change()["record"]["id"]
            arrived[message] = time.perf_counter()

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    committed = {}
    began = time.perf_counter()
    for number in range(_MESSAGES):
        time.sleep(max(began + number / _PER_SECOND - time.perf_counter(), 0))
        message = room.say(f"number {number}")
        committed[message] = time.perf_counter()
    listening.join(10)
    if committed.keys() != arrived.keys():
        raise CouldNotRun(f"of {_MESSAGES} messages {len(arrived)} arrived")
    return [arrived[message] - at for message, at in committed.items()]

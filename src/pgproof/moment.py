"""A point in time on two clocks: one for measuring, one for people."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import NamedTuple


class Moment(NamedTuple):
    """A point in time. monotonic: seconds, comparable on one machine only. wall: seconds since 1970, UTC."""

    monotonic: float
    wall: float

    def __str__(self) -> str:
        return f"{datetime.fromtimestamp(self.wall, UTC):%H:%M:%S.%f}"[:-3]


def now() -> Moment:
    """Return this moment."""
    return Moment(time.monotonic(), time.time())

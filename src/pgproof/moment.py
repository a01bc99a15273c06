"""A point in time on two clocks: one to measure with, one to show to a person."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import NamedTuple


class Moment(NamedTuple):
    """monotonic: seconds, to be compared within one machine. wall: seconds since 1970."""

    monotonic: float
    wall: float

    def __str__(self) -> str:
        return f"{datetime.fromtimestamp(self.wall, UTC):%H:%M:%S.%f}"[:-3]


def now() -> Moment:
    """What both clocks show."""
    return Moment(time.monotonic(), time.time())

"""A connection whose answers, all together, take no longer than it was given: a link may stall or crawl for ever.

The server's own time limits do not help there, since what it says does not arrive.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

if TYPE_CHECKING:
    from psycopg.abc import PQGen

_Value = TypeVar("_Value")
# How often psycopg looks whether it was interrupted, as it does by itself.
_INTERVAL = 0.1


class TookTooLong(psycopg.OperationalError):
    """The answers did not come in time, and the connection is closed. seconds: the time that it was given."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:g} s")
        self.seconds = seconds


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that ends by itself. Nothing bounds it before give() does."""

    _seconds = _ends = math.inf

    def give(self, seconds: float) -> None:
        """Let everything that is asked from now on take so many seconds together."""
        self._seconds, self._ends = seconds, time.monotonic() + seconds

    def wait(self, gen: PQGen[_Value], interval: float = _INTERVAL, timeout: float | None = None) -> _Value:
        """Wait as psycopg does, but not past the end of the given time. Raises TookTooLong then, and closes."""
        left = max(0.0, self._ends - time.monotonic())
        if math.isinf(left) or (timeout is not None and timeout < left):
            return super().wait(gen, interval=interval, timeout=timeout)
        try:
            return super().wait(gen, interval=interval, timeout=left)
        except psycopg.OperationalError as error:
            if error.sqlstate is not None or time.monotonic() < self._ends:
                raise
            # Whatever was asked may still be answered, and nobody waits for it.
            self.close()
            raise TookTooLong(self._seconds) from None

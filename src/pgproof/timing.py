"""One time unit for every bounded wait; CONNECT_TIME_UNIT scales them all on a slow machine."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def unit() -> float:
    """Return the factor in CONNECT_TIME_UNIT, 1 by default. Raises UsageError unless it lies between 0 and 1000."""
    given = os.environ.get("CONNECT_TIME_UNIT", "1")
    try:
        factor = float(given)
    except ValueError:
        factor = 0.0
    if not 0 < factor < 1000:
        raise UsageError(f"CONNECT_TIME_UNIT is '{given}'; expected a number above 0, such as 2")
    return factor


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait for a condition that nothing announces, such as a process's end, and return whether it came true in time.

    seconds: scaled by unit(). Long by default: only a failure takes it, and a busy machine ends a process late.
    """
    deadline = time.monotonic() + seconds * unit()
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True

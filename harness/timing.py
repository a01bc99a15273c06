"""One time unit for every bounded wait; CONNECT_TIME_UNIT scales them all on a slow machine."""

import os

from harness.errors import Refusal


def unit() -> float:
    """The factor, 1 by default. Raises Refusal if it is not a positive number."""
    given = os.environ.get("CONNECT_TIME_UNIT", "1")
    try:
        factor = float(given)
    except ValueError:
        factor = 0.0
    if not 0 < factor < 1000:
        raise Refusal(f"CONNECT_TIME_UNIT is '{given}'; expected a number above 0, such as 2")
    return factor

"""What PostgreSQL's own functions answer to values that are known, and moments of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOT_TOLD = object()
# Types of time whose values are read.
TIMES = frozenset(("timestamptz", "timestamp", "date"))
# What answers the time at which a transaction began.
NOW = frozenset(("now", "current_timestamp", "transaction_timestamp"))
# By how much sessions may differ about a moment that is written without a zone.
_LOOSE = timedelta(days=2)
_PARTS = frozenset(("extract", "date_part"))
_INTERVAL = re.compile(r"(?:(\d+) (week|day|hour|minute|second)s?)? ?(?:(\d+):(\d\d):(\d\d))?")


class Moment(NamedTuple):
    """A moment. exact: whether it was written with its zone."""

    at: datetime
    exact: bool = True

    def is_close_to(self, other: Moment) -> bool:
        """Return whether which of the two is earlier depends on the session's zone."""
        return not (self.exact and other.exact) and abs(self.at - other.at) < _LOOSE


@cache
def now() -> Moment:
    """Return the moment of an ordinary write, the same for the whole process."""
    return Moment(datetime.now(UTC))


def moment(literal: str | Moment) -> Moment | None:
    """Return the moment that a cast to a type of time makes; None if it cannot be told."""
    if isinstance(literal, Moment):
        # What is left of it may be another moment: a date is the beginning of its day.
        return literal._replace(exact=False)
    try:
        found = datetime.fromisoformat(literal)
    except ValueError:
        return None
    return Moment(found) if found.tzinfo is not None else Moment(found.replace(tzinfo=UTC), exact=False)


def moved(found: Moment, sign: str, by: timedelta) -> Moment | None:
    """Return the moment that is so much later (+) or earlier (-); None beyond the years that Python knows."""
    try:
        return found._replace(at=found.at + by if sign == "+" else found.at - by)
    except OverflowError:
        return None


def interval(literal: str) -> timedelta | None:
    """Return the time that an interval takes; None for months and years, which take more or less, and for ages."""
    match = _INTERVAL.fullmatch(literal)
    if match is None or not literal.strip():
        return None
    amount, unit, hours, minutes, seconds = match.groups()
    try:
        day = timedelta(**{f"{unit}s": int(amount)}) if unit else timedelta()
        return day + timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    except OverflowError:
        return None


def answer(name: str, arguments: list[Any]) -> Any:
    """Return what a function of pg_catalog answers; NOT_TOLD unless the arguments decide it."""
    if name in _PARTS and len(arguments) == 2 and arguments[0] == "year" and isinstance(arguments[1], Moment):
        return _year(arguments[1])
    one = _OF_TEXT.get(name)
    if one is None or len(arguments) != 1:
        return NOT_TOLD
    (only,) = arguments
    return one(only) if isinstance(only, str) else None if only is None else NOT_TOLD


def _year(found: Moment) -> Any:
    """Return the year of a moment, if no session's zone makes it another one."""
    earliest, latest = (moved(found, sign, _LOOSE) for sign in ("-", "+"))
    if earliest is None or latest is None or earliest.at.year != latest.at.year:
        return NOT_TOLD
    return found.at.year


# Those whose answer is the same in every encoding, locale and version. btrim takes spaces only.
_OF_TEXT: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("length", "char_length", "character_length"), len),
    "octet_length": lambda text: len(text.encode()),
    "btrim": lambda text: text.strip(" "),
    "ltrim": lambda text: text.lstrip(" "),
    "rtrim": lambda text: text.rstrip(" "),
}

"""Values to try for a column: first what its checks mention, then what columns of such a type usually take."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.filling.tables import Column

_TEXT = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w'.])-?\d+(?:\.\d+)?(?![\w'])")
_LONGEST = 5000
_ROOM = re.compile(r"^character(?: varying)?\((\d+)\)")
# {n} makes a value that no other row has.
_STRINGS = (
    "sample{n}",
    "sample",
    "Sample {n}",
    "sample_{n}",
    "sample-{n}",
    "sample{n}@example.com",
    "https://example.com/sample{n}",
    "/sample{n}.png",
    "+155501{n:05}",
    "{n:05}",
    "{n}",
    "image/png",
    "en",
    "en-US",
    "EN",
    "USD",
    "a",
    "A",
    "#a1b2c3",
    "1.0.{n}",
    "2025-01-01",
    "12:00",
    "192.0.2.1",
    "{uuid}",
    "",
)
_OF_TYPES = {
    "uuid": ("{uuid}",),
    "json": ("{{}}", "[]", '"sample"', "0"),
    "jsonb": ("{{}}", "[]", '"sample"', "0"),
    "bytea": ("sample{n}",),
    "date": ("{date}", "2025-01-01", "2100-01-01", "1990-01-01"),
    "timestamp": ("{date} 12:00", "2025-01-01", "2100-01-01", "1990-01-01"),
    "timestamptz": ("{date} 12:00+00", "2025-01-01 00:00+00", "2100-01-01 00:00+00", "1990-01-01 00:00+00"),
    "time": ("12:00", "00:00"),
    "timetz": ("12:00+00", "00:00+00"),
    "point": ("(0,0)",),
    "box": ("(1,1),(0,0)",),
    "polygon": ("((0,0),(1,1),(1,0))",),
    "circle": ("<(0,0),1>",),
    "tsvector": ("sample{n}",),
    "ltree": ("sample{n}",),
    "hstore": ("sample=>{n}",),
    "xml": ("<sample/>",),
    "macaddr": ("08:00:2b:01:02:03",),
    "bit": ("1", "0"),
}
_OF_CATEGORIES = {
    "B": ("true", "false"),
    "N": ("{n}", "1", "0", "100", "-1", "0.5", "1000000"),
    "T": ("1 day", "1 hour", "0"),
    "I": ("192.0.2.{byte}", "192.0.2.0/24"),
    "R": ("[{n},{next})", "[{date},{date}]", "[2025-01-01,2025-01-02)", "empty"),
}


# Long texts and large numbers, the largest first; a number with a fraction can be rounded to an integer.
LONG = ("sample " * 50 + "sample", "sample " * 10 + "sample", "sample " * 3 + "sample")
MANY = ("100000.123456789", "3000000000", "100000", "0.123456789")
# What the smaller of two types does not hold.
LARGE = ("3000000000", "100000", "123456789012345678901234567890", "0.123456789", "sample", "sample " * 50)


def candidates(column: Column, checks: Sequence[str], number: int) -> Iterator[str]:
    """Yield the values to try, as text, each once. checks: that mention the column. number: of no other row."""
    return iter(dict.fromkeys(_all(column, [*checks, *column.checks], number)))


def _all(column: Column, checks: Sequence[str], number: int) -> Iterator[str]:
    texts = [text.replace("''", "'") for check in checks for text in _TEXT.findall(check)]
    numbers = [each for check in checks for each in _NUMBER.findall(_TEXT.sub("", check))]
    yield from column.labels
    if column.category == "S":
        yield from texts
        if room := _ROOM.search(column.type):
            # A longer one would be cut, and then be like all others.
            yield from (text for text in (f"sample{number}", f"s{number}", f"{number}") if len(text) <= int(room[1]))
            yield f"{number}"[-int(room[1]) :]
        yield from _filled(_STRINGS, number)
        yield from (f"{number}".ljust(length, "x")[:length] for length in _lengths(numbers))
    elif column.category == "N":
        yield from _near(numbers)
        yield from _filled(_OF_CATEGORIES["N"], number)
    elif column.category == "A":
        yield from (f'{{"{text}"}}' for text in texts)
        yield from (f"{{sample{number}}}", f"{{{number}}}", f"{{{_uuid(number)}}}", "{2025-01-01}", "{}")
    else:
        yield from texts
        # A schema may have types of the same category that nobody knew.
        usual = _OF_TYPES.get(column.base) or _OF_CATEGORIES.get(column.category) or _STRINGS
        yield from _filled(usual, number)


def _filled(patterns: Sequence[str], number: int) -> Iterator[str]:
    date = f"2025-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    for pattern in patterns:
        yield pattern.format(n=number, next=number + 1, uuid=_uuid(number), date=date, byte=number % 250 + 1)


def _uuid(number: int) -> uuid.UUID:
    """Return a random UUID (version 4) that is the same in each run."""
    return uuid.UUID(bytes=hashlib.md5(f"sample {number}".encode(), usedforsecurity=False).digest(), version=4)


def _near(numbers: Sequence[str]) -> Iterator[str]:
    """Yield the numbers of a check and their neighbours: which side of a bound is right depends on the check."""
    for each in numbers:
        yield each
        value = float(each)
        for near in (value + 1, value - 1, value / 2):
            yield f"{near:g}" if not near.is_integer() else str(int(near))


def _lengths(numbers: Sequence[str]) -> Iterator[int]:
    for each in numbers:
        for length in (int(float(each)), int(float(each)) + 1, int(float(each)) - 1):
            if 0 < length <= _LONGEST:
                yield length

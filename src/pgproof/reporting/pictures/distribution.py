"""How long messages took from send to seen: one histogram for each circumstance, all on one logarithmic axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pgproof.reporting.pictures import svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ROW, _BARS, _AXIS, _COLUMNS = 74, 34, 24, 34


def distribution(title: str, measured: Sequence[Mapping[str, Any]]) -> str:
    """Return the picture. measured: each with where, p50_ms, p95_ms and seen_ms, the times in milliseconds."""
    times = [max(time, 1) for each in measured for time in each["seen_ms"]]
    low = 10 ** math.floor(math.log10(min(times)))
    high = max(10 ** math.ceil(math.log10(max(times))), low * 10)
    height = _ROW * len(measured) + _AXIS
    parts = [*_grid(low, high, height)]
    for place, each in enumerate(measured):
        parts += _row(each, place * _ROW, low, high)
    said = "; ".join(
        f"{each['where']}: half within {svg.duration(each['p50_ms'])}, 95 % within {svg.duration(each['p95_ms'])}"
        for each in measured
    )
    return svg.picture(title, said, height, parts)


def _x(time: float, low: float, high: float) -> float:
    return math.log(max(time, low) / low) / math.log(high / low) * svg.WIDTH


def _grid(low: float, high: float, height: float) -> Iterator[str]:
    """Yield a line for each power of ten."""
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        time = 10.0**power
        x = _x(time, low, high)
        yield svg.line(x, 0, x, height - _AXIS, "grid")
        anchor = "start" if time == low else "end" if time == high else "middle"
        yield svg.words(x, height - 8, svg.duration(time), "quiet", anchor)


def _row(each: Mapping[str, Any], top: float, low: float, high: float) -> Iterator[str]:
    bottom = top + _ROW - 8
    yield svg.words(0, top + 14, svg.fitted(each["where"], svg.WIDTH))
    counts = [0] * _COLUMNS
    for time in each["seen_ms"]:
        counts[min(int(_x(time, low, high) / svg.WIDTH * _COLUMNS), _COLUMNS - 1)] += 1
    wide = svg.WIDTH / _COLUMNS
    for column, count in enumerate(counts):
        if count:
            tall = max(count / max(counts) * _BARS, 2)
            yield svg.bar(column * wide + 0.5, bottom - tall, wide - 1, tall, "send")
    yield svg.line(0, bottom, svg.WIDTH, bottom)
    half, most = (_x(each[name], low, high) for name in ("p50_ms", "p95_ms"))
    for x in (half, most):
        yield svg.line(x, bottom - _BARS, x, bottom + 3, "median")
    # The two numbers beside their lines, outwards, so that they do not meet.
    yield svg.words(*_beside(half, top + 29, f"½ {svg.duration(each['p50_ms'])}", left=True))
    yield svg.words(*_beside(most, top + 29, f"95 % {svg.duration(each['p95_ms'])}", left=False))


def _beside(x: float, y: float, text: str, *, left: bool) -> tuple[float, float, str, str, str]:
    wide = len(text) * svg.LETTER
    if left:
        return (x, y, text, "quiet", "end") if x > wide else (0, y, text, "quiet", "start")
    return (x, y, text, "quiet", "start") if x < svg.WIDTH - wide else (svg.WIDTH, y, text, "quiet", "end")

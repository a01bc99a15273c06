"""How much debt there was in each earlier run: what is open, on top of what was accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.reporting.pictures import svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.reporting.debts import Debt

_TOP, _HIGH, _AXIS, _LEFT = 22, 110, 22, 30


def trend(title: str, counts: Sequence[Debt]) -> str:
    """Return the picture of at least one run, oldest first."""
    most = max([each.open + each.accepted for each in counts] + [1])
    scale = _HIGH / most
    bottom = _TOP + _HIGH
    height = bottom + _AXIS
    wide = min((svg.WIDTH - _LEFT) / len(counts), 40)
    parts = [*_legend(), *_grid(most, bottom)]
    for place, each in enumerate(counts):
        x, gap = _LEFT + place * wide, min(wide * 0.15, 3)
        accepted, left = each.accepted * scale, each.open * scale
        if each.accepted:
            parts.append(svg.bar(x + gap, bottom - accepted, wide - 2 * gap, accepted, "accepted"))
        if each.open:
            parts.append(svg.bar(x + gap, bottom - accepted - left, wide - 2 * gap, left, "left"))
    first, last = counts[0].started[:10], counts[-1].started[:10]
    parts.append(svg.words(_LEFT, height - 6, first, "quiet"))
    end = _LEFT + len(counts) * wide
    if first != last and end > _LEFT + 150:
        parts.append(svg.words(end, height - 6, last, "quiet", "end"))
    now, then = counts[-1], counts[0]
    said = f"In {len(counts)} runs from {first} to {last}: {then.open} open and {then.accepted} accepted at first,"
    return svg.picture(title, f"{said} {now.open} open and {now.accepted} accepted in the last.", height, parts)


def _legend() -> Iterator[str]:
    for x, kind, said in ((_LEFT, "left", "open"), (_LEFT + 70, "accepted", "accepted for a time")):
        yield svg.bar(x, 3, 10, 10, kind)
        yield svg.words(x + 15, 12, said, "quiet")


def _grid(most: int, bottom: float) -> Iterator[str]:
    for count in svg.ticks(0, most, 3):
        if count == int(count):
            y = bottom - count / most * _HIGH
            yield svg.line(_LEFT, y, svg.WIDTH, y, "axis" if count == 0 else "grid")
            yield svg.words(_LEFT - 6, y + 4, str(int(count)), "quiet", "end")

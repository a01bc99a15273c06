"""The few elements that the pictures consist of, and round numbers for their axes."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from pgproof.reporting import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 340
# The usual width of a letter in the font of the pictures; bold or wide ones need more.
LETTER = 7.0
_STEPS = (1, 2, 5, 10)


def picture(title: str, description: str, height: float, parts: Iterable[str]) -> str:
    """Return a whole picture. title: what it is. description: what it shows, for who cannot see it."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {_n(height)}" role="img" class="drawn">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )


def bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Return a rectangle, at least one unit wide. kind: its class."""
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 1))}" height="{_n(max(height, 0))}" class="{kind}"/>'


def line(x: float, y: float, to_x: float, to_y: float, kind: str = "axis") -> str:
    """Return a straight line. kind: its class."""
    return f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" class="{kind}"/>'


def words(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    """Return a text whose base line is at y. anchor: what of it is at x, "start", "middle" or "end"."""
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'


def fitted(text: str, width: float) -> str:
    """Return the text, its end replaced by … if it is wider than so many units; it ends as texts.cut() says."""
    room = max(int(width / LETTER), 2)
    return text if len(text) <= room else texts.beginning(text, room - 1).rstrip() + "…"


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round numbers from low to high, about so many. The range must not be empty."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in _STEPS if each * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 9) for number in range(first, last + 1)]


def duration(milliseconds: float) -> str:
    """Return a time in words, with two or three digits."""
    if abs(milliseconds) >= 1000:
        return f"{milliseconds / 1000:.3g} s"
    return f"{milliseconds:.3g} ms"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")

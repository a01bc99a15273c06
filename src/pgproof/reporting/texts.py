"""Long texts, cut where a reader would stop: after a line, else after a word; and what is said of the rest."""

from __future__ import annotations

from typing import NamedTuple


class Folded(NamedTuple):
    """A text in two parts. shown: its first lines. folded: the other lines, empty if there are none."""

    shown: str
    folded: str

    @property
    def lines(self) -> int:
        """How many lines are folded away."""
        return len(self.folded.splitlines())


def cut(text: str, longest: int, where: str) -> str:
    """Return the text, or its beginning and a sentence on how much of it is left out. where: the whole text is.

    The beginning has at most so many characters, and ends after a line, or else after a word, unless that would leave
    out half of it.
    """
    if len(text) <= longest:
        return text
    kept = beginning(text, longest)
    left_out = f"{len(text) - len(kept):,} more characters"
    return f"{kept.rstrip()}\n… {left_out} are left out here; the whole text is in {where}"


def fold(text: str, lines: int) -> Folded:
    """Return the text with at most so many lines shown; a rest of one or two lines is not worth folding."""
    every = text.splitlines()
    if len(every) <= lines + 2:
        return Folded(text, "")
    return Folded("\n".join(every[:lines]), "\n".join(every[lines:]))


def beginning(text: str, longest: int) -> str:
    """Return the beginning of a longer text: at most so many characters, and whole lines or words, as for cut()."""
    for boundary in ("\n", " "):
        end = text.rfind(boundary, 0, longest + 1)
        if end >= longest // 2:
            return text[:end]
    return text[:longest]

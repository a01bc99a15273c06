"""How far a rehearsal has come: one line that changes on a terminal, a plain line for each check elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from pgproof.scripts.script import Script

_CLEAR = "\r\033[K"
# A line that wraps cannot be taken back.
_WIDTH = 79


class Progress:
    """Says nothing, as within a test."""

    def check(self, name: str, place: int, number: int) -> None:
        """Say that a check begins. place: from 1 to the number of checks."""

    def script(self, script: Script) -> None:
        """Say which script the check has come to."""

    def end(self) -> None:
        """Say nothing more."""


class Lines(Progress):
    """Writes a line for each check, for a log. stream: such as sys.stderr."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def check(self, name: str, place: int, number: int) -> None:
        """Write a line."""
        print(f"rehearsing {place}/{number}: {name}", file=self._stream, flush=True)


class OneLine(Progress):
    """Writes one line that changes, and takes it back at the end. stream: a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._check = stream, ""

    def check(self, name: str, place: int, number: int) -> None:
        """Change the line."""
        self._check = f"rehearsing {place}/{number}: {name}"
        self._show(self._check)

    def script(self, script: Script) -> None:
        """Change the line."""
        self._show(f"{self._check}: {script.path.name}")

    def end(self) -> None:
        """Take the line back."""
        self._show("")

    def _show(self, text: str) -> None:
        self._stream.write(f"{_CLEAR}{text[:_WIDTH]}")
        self._stream.flush()


def to(stream: TextIO) -> Progress:
    """Return what fits the stream, such as sys.stderr."""
    return OneLine(stream) if stream.isatty() else Lines(stream)

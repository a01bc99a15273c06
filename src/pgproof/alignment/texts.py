"""Texts inside of the scripts: whatever an object is called, it ends no comment, no block and no message."""

from __future__ import annotations

from pgproof.catalog.statements.aligned import literal


def block(body: str, word: str) -> str:
    """Return a DO block, quoted by dollars with a tag that does not occur in it. word: what the tag begins with."""
    number = 0
    while (tag := f"${word}{number or ''}$") in body:
        number += 1
    return f"DO {tag}\n{body}\n{tag}"


def message(text: str) -> str:
    """Return a text as RAISE takes it, whole: no sign of it stands for a value."""
    return literal(escaped(text))


def escaped(text: str) -> str:
    """Return a text as a part of a format of RAISE."""
    return text.replace("%", "%%")


def comment(text: str) -> str:
    """Return a text as a comment of one line: a name with a line break in it would go on as a statement."""
    return f"-- {' '.join(text.split())}\n"

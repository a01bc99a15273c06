"""What breaks a rule, as one text: how many, why that matters, one remedy for all of it, and the objects."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pgproof.lints import remedies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.lints import Rule, Violation

# So many objects are shown, and so many lines of a remedy.
_SHOWN = 20
_WIDTH = 118
_INDENT = " " * 10


def text(
    rule: Rule, violations: Sequence[Violation], accepting: str = "", show: str = "", *, whole: bool = False
) -> str:
    """Return the text about a rule's violations, of which there is at least one. Words are never cut.

    accepting: how to accept them for a time. show: the command that shows all of them, empty if there is none.
    whole: whether everything is shown, however long it is.
    """
    judged = [found for found in violations if not found.inconclusive]
    pages = []
    if len(judged) < len(violations):
        unknown = [found for found in violations if found.inconclusive]
        lines = [f"{rule.name} ({rule.level}): inconclusive, as it could not be judged"]
        lines += _titled("why", [found.detail for found in unknown])
        pages.append("\n".join([*lines, *_titled("to do", remedies.of(unknown))]))
    if judged:
        lines = [f"{rule.name} ({rule.level}): {rule.found(len(judged))}", *_titled("why", [rule.why])]
        remedy = list(_titled("to do", remedies.of(judged)))
        lines += remedy if whole else _few(remedy, show, _INDENT)
        if accepting:
            lines.append(f"  or:     {accepting}")
        first, *others = _objects(judged, show, whole=whole)
        lines += [f"  found:  {first}", *(f"{_INDENT}{each}" for each in others)]
        pages.append("\n".join(lines))
    return "\n".join(pages)


def _objects(violations: Sequence[Violation], show: str, *, whole: bool) -> list[str]:
    """Return one line for each object. What is the same for all of them is said once."""
    details = {found.detail for found in violations}
    same = len(details) == 1 and len(violations) > 1
    lines = [found.object if same else f"{found.object}: {found.detail}" for found in violations]
    return [*([f"each {details.pop()}:"] if same else []), *(lines if whole else _few(lines, show))]


def _few(lines: Sequence[str], show: str, indent: str = "") -> list[str]:
    """Return the first lines, and how many were left out."""
    left = len(lines) - _SHOWN
    more = f"{indent}… and {left} more" + (f" ({show} lists all)" if show else "")
    return [*lines[:_SHOWN], more] if left > 0 else list(lines)


def _titled(title: str, paragraphs: Sequence[str]) -> Iterator[str]:
    """Yield paragraphs as wrapped lines, indented below a title."""
    before = f"  {title + ':':<7} "
    for paragraph in paragraphs:
        yield from textwrap.wrap(
            paragraph,
            _WIDTH,
            initial_indent=before,
            subsequent_indent=_INDENT,
            break_long_words=False,
            break_on_hyphens=False,
        )
        before = _INDENT

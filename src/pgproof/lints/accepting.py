"""Writes entries into a file of accepted violations: one for each rule, after what is there already.

Above each of its entries stands a comment by which it is recognised. Such an entry is replaced once it has expired or
nothing of it occurs any more; everything that a person wrote stays as it is.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from pgproof.lints import acceptance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pgproof.lints import Violation

_MARK = "# Written by `accept`, which replaces this entry once it has expired or nothing of it occurs any more."
_BLOCK = re.compile(rf"^{re.escape(_MARK)}\n\[\[accepted\]\]\n(?:(?!\[\[|#).+\n)*\n?", re.MULTILINE)


def entry(rule: str, objects: Sequence[str], environment: str, reason: str, until: date) -> str:
    """Return one entry for a live environment, with the comment above it and an empty line after it."""
    return "\n".join(
        (
            _MARK,
            "[[accepted]]",
            f"rule = {_quoted(rule)}",
            f"environment = {_quoted(environment)}",
            "live = true",
            f"reason = {_quoted(reason)}",
            f"expires = {until.isoformat()}",
            "objects = [",
            *(f"  {_quoted(each)}," for each in sorted(set(objects))),
            "]",
            "",
            "",
        )
    )


def cleared(text: str, violations: Sequence[Violation], environment: str, rules: Sequence[str], today: date) -> str:
    """Return a file's text without the entries of our own that have expired, or of which nothing occurs any more.

    environment: the live one whose entries may go. rules: those whose entries may go.
    """

    def kept(block: re.Match[str]) -> str:
        try:
            (table,) = tomllib.loads(block[0])["accepted"]
            found = acceptance.Entry(**{**table, "objects": tuple(table["objects"])})
        except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError):
            # Somebody changed it by hand, so it is his now.
            return block[0]
        ours = found.environment == environment and found.live is True and found.rule in rules
        return "" if ours and (found.expires < today or found.outlived(violations)) else block[0]

    return _BLOCK.sub(kept, text)


def added(text: str, entries: Mapping[str, Sequence[str]], environment: str, reason: str, until: date) -> str:
    """Return a file's text with one entry more for each rule. entries: objects, by rule, in the order to write them."""
    new = "".join(entry(rule, objects, environment, reason, until) for rule, objects in entries.items())
    before = f"{text.rstrip()}\n\n" if text.strip() else ""
    return f"{before}{new}".rstrip() + "\n"


def _quoted(text: str) -> str:
    """Return a text as a TOML string. JSON's is one, but for one character that TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

"""Removes secrets from SQL: what pgproof.scrub recognises in any text, and what only a statement says is one."""

from __future__ import annotations

import re

from pgproof import scrub

_WORD = r"(?:secret|password|passwd|token|api_?key|service_key|private_key|anon_key|service_role)"
_PATTERNS = (
    # A setting with such a name, whatever its value. Without a dot in the name, = gives a column a value.
    re.compile(
        rf"(\bSET\s+(?:LOCAL\s+|SESSION\s+)?(?=[\w.\"']*{_WORD})"
        r"(?:[\w.\"']+\s*\bTO\b|[\w\"']+\.[\w.\"']+\s*=)\s*E?')"
        r"(?:[^']|'')+(?=')",
        re.IGNORECASE,
    ),
    # A role's password, also in a text that is executed. What is put together, or formatted, is none.
    re.compile(r"(\bPASSWORD\s+E?'{1,2})[^'\s|%][^'\s|]*(?=')"),
)


def replaced(statement: str) -> str:
    """Return the statement, or a part of one, with three stars for each thing that looks like a secret."""
    clean = scrub.recognised(statement)
    for pattern in _PATTERNS:
        clean = pattern.sub(rf"\1{scrub.STARS}", clean)
    return clean

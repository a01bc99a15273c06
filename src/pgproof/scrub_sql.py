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

# These only sound like it.
_ORDINARY = ("password_encryption", "password_required", "pgrst.jwt_role_claim_key")
# A setting or an option with such a name holds a secret, whatever its value.
_OF_A_SECRET = re.compile(rf"{_WORD}|passphrase|passcode|credential|jwt$|(?:^|[._-]|access|master)key$", re.IGNORECASE)


def option(text: str) -> str:
    """Return an option or a setting, "name=value", without its value if that may be a secret."""
    name, equals, value = text.partition("=")
    if not equals:
        return replaced(text)
    if value and _OF_A_SECRET.search(name) and name.lower() not in _ORDINARY:
        return f"{name}={scrub.STARS}"
    return f"{name}={replaced(value)}"


def replaced(statement: str) -> str:
    """Return the statement, or a part of one, with three stars for each thing that looks like a secret."""
    clean = scrub.recognised(statement)
    for pattern in _PATTERNS:
        clean = pattern.sub(rf"\1{scrub.STARS}", clean)
    return clean

"""Passwords, hashed with bcrypt on another thread: hashing takes longer than one request may hold up the others."""

from __future__ import annotations

import asyncio

import bcrypt

from stack.auth.errors import AuthError

_SHORTEST = 6
# bcrypt ignores what comes after them.
_LONGEST_BYTES = 72
# The fewest that bcrypt allows: the users live as long as the process.
_ROUNDS = 4


async def hashed(password: str) -> str:
    """Return the hash to store. Raises AuthError for a password of under 6 characters or over 72 bytes."""
    if len(password) < _SHORTEST:
        said = f"Password should be at least {_SHORTEST} characters."
        raise AuthError(422, "weak_password", said, weak_password={"message": said, "reasons": ["length"]})
    return await stored(password)


async def stored(password: str) -> str:
    """Return the same for an administrator, whose passwords may be short. Raises AuthError for one of over 72 bytes."""
    encoded = password.encode()
    if len(encoded) > _LONGEST_BYTES:
        said = f"Password cannot be longer than {_LONGEST_BYTES} bytes"
        raise AuthError(400, "validation_failed", said)
    return (await asyncio.to_thread(bcrypt.hashpw, encoded, bcrypt.gensalt(_ROUNDS))).decode()


async def matches(password: str, known: str | None) -> bool:
    """Return whether it is the password of the stored hash; False for a user who has none."""
    encoded = password.encode()
    if not known or len(encoded) > _LONGEST_BYTES:
        return False
    return await asyncio.to_thread(bcrypt.checkpw, encoded, known.encode())

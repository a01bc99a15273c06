"""The users of auth.users, and how the API shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.json import Jsonb

from stack.auth.errors import AuthError

if TYPE_CHECKING:
    from psycopg.rows import DictRow
    from psycopg_pool import AsyncConnectionPool

    Pool = AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]
    Row = dict[str, Any]

_FIND = "SELECT *, id::text FROM auth.users WHERE"
_ADD = """
INSERT INTO auth.users (email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
VALUES (%(email)s, %(password)s, now(), %(app)s, %(data)s) RETURNING *, id::text
"""
# A null in the new metadata removes the key.
_CHANGE = """
UPDATE auth.users SET
  email = coalesce(%(email)s, email), encrypted_password = coalesce(%(password)s, encrypted_password),
  raw_user_meta_data = (raw_user_meta_data || %(data)s) - %(removed)s::text[], updated_at = now()
WHERE id = %(id)s RETURNING *, id::text
"""
_APP_METADATA = {"provider": "email", "providers": ["email"]}


class Users:
    """Reads and writes users. pool: connections of the administrator, with rows as dicts."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def by_email(self, email: str) -> Row | None:
        """Return the row of the user with this address, which is stored in lower case; None if there is none."""
        return _first(await self._rows(f"{_FIND} email = lower(%(email)s)", email=email))

    async def by_id(self, user_id: str) -> Row | None:
        """Return the row of the user with this id, a UUID as text; None if there is none."""
        return _first(await self._rows(f"{_FIND} id = %(id)s", id=user_id))

    async def add(self, email: str, password_hash: str, metadata: Row) -> Row:
        """Store a user, confirmed at once, and return the row. Raises AuthError if the address is taken."""
        try:
            added = await self._rows(
                _ADD, email=email, password=password_hash, app=Jsonb(_APP_METADATA), data=Jsonb(metadata)
            )
        except psycopg.errors.UniqueViolation:
            raise AuthError(422, "user_already_exists", "User already registered") from None
        return added[0]

    async def change(self, user_id: str, email: str | None, password_hash: str | None, metadata: Row) -> Row | None:
        """Change a user, and return the row, None if the user is gone. Raises AuthError if the address is taken.

        email, password_hash: None leaves it as it is. metadata: what to merge in; a null removes its key.
        """
        removed = [key for key, value in metadata.items() if value is None]
        try:
            changed = await self._rows(
                _CHANGE, id=user_id, email=email, password=password_hash, data=Jsonb(metadata), removed=removed
            )
        except psycopg.errors.UniqueViolation:
            said = "A user with this email address has already been registered"
            raise AuthError(422, "email_exists", said) from None
        return _first(changed)

    async def _rows(self, query: str, **parameters: Any) -> list[Row]:
        async with self._pool.connection() as connection:
            return await (await connection.execute(query.encode(), parameters)).fetchall()


def _first(rows: list[Row]) -> Row | None:
    return rows[0] if rows else None


def shown(user: Row) -> Row:
    """Return a user as the API shows it, as GoTrue's User object: without the password."""
    stamps = {
        name: None if user[name] is None else user[name].isoformat()
        for name in ("created_at", "updated_at", "email_confirmed_at")
    }
    identity = {
        "identity_id": user["id"],
        "id": user["id"],
        "user_id": user["id"],
        "identity_data": {"sub": user["id"], "email": user["email"], "email_verified": True},
        "provider": "email",
        "email": user["email"],
        "last_sign_in_at": stamps["updated_at"],
        "created_at": stamps["created_at"],
        "updated_at": stamps["updated_at"],
    }
    return {
        "id": user["id"],
        "aud": user["aud"],
        "role": user["role"],
        "email": user["email"],
        "phone": "",
        "app_metadata": {**_APP_METADATA, **user["raw_app_meta_data"]},
        "user_metadata": user["raw_user_meta_data"],
        "identities": [identity],
        "is_anonymous": user["is_anonymous"],
        **stamps,
        "confirmed_at": stamps["email_confirmed_at"],
    }

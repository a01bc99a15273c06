"""The users of auth.users with their identities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.json import Jsonb

from stack.auth.errors import AuthError

if TYPE_CHECKING:
    from stack.auth.database import Row, Rows

EMAIL_TAKEN = "A user with this email address has already been registered"
_COLUMNS = """
SELECT u.*, u.id::text, coalesce(u.aud, 'authenticated') AS aud, coalesce(u.role, 'authenticated') AS role, (
  SELECT coalesce(jsonb_agg(to_jsonb(i) ORDER BY i.created_at), '[]') FROM auth.identities i WHERE i.user_id = u.id
) AS identities
FROM auth.users u
"""
_BY_EMAIL = f"{_COLUMNS} WHERE u.email = lower(%(email)s)"
_BY_ID = f"{_COLUMNS} WHERE u.id = %(id)s"
_PAGE = f"""{_COLUMNS}
WHERE u.email ILIKE %(pattern)s OR u.phone LIKE %(pattern)s OR u.raw_user_meta_data ->> 'full_name' ILIKE %(pattern)s
  OR %(pattern)s = '%%'
ORDER BY u.created_at DESC, u.id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT = """
SELECT count(*) FROM auth.users u
WHERE u.email ILIKE %(pattern)s OR u.phone LIKE %(pattern)s OR u.raw_user_meta_data ->> 'full_name' ILIKE %(pattern)s
  OR %(pattern)s = '%%'
"""
_ADD = """
INSERT INTO auth.users (
  id, email, encrypted_password, email_confirmed_at, invited_at, raw_app_meta_data, raw_user_meta_data, role,
  is_anonymous, aud, created_at, updated_at
) VALUES (
  coalesce(%(id)s::uuid, gen_random_uuid()), %(email)s::text, %(password)s, CASE WHEN %(confirmed)s THEN now() END,
  CASE WHEN %(invited)s THEN now() END, %(app)s, %(data)s, %(role)s, %(email)s::text IS NULL, 'authenticated', now(),
  now()
) RETURNING id::text
"""
# A null in new metadata removes the key.
_CHANGE = """
UPDATE auth.users SET
  email = coalesce(%(email)s, email),
  encrypted_password = coalesce(%(password)s, encrypted_password),
  email_confirmed_at = CASE WHEN %(confirmed)s THEN coalesce(email_confirmed_at, now()) ELSE email_confirmed_at END,
  is_anonymous = is_anonymous AND NOT (%(confirmed)s AND coalesce(%(email)s, email) IS NOT NULL),
  role = coalesce(%(role)s, role),
  banned_until = CASE WHEN %(ban)s::interval IS NULL THEN banned_until
    WHEN %(ban)s::interval > '0' THEN now() + %(ban)s::interval END,
  raw_app_meta_data = (coalesce(raw_app_meta_data, '{}') || %(app)s) - %(app_removed)s::text[],
  raw_user_meta_data = (coalesce(raw_user_meta_data, '{}') || %(data)s) - %(removed)s::text[],
  updated_at = now()
WHERE id = %(id)s
"""
_IDENTIFY = """
INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
SELECT id, id, jsonb_build_object(
  'sub', id, 'email', email, 'email_verified', email_confirmed_at IS NOT NULL, 'phone_verified', false
), 'email', now(), now(), now()
FROM auth.users WHERE id = %(id)s AND email IS NOT NULL
ON CONFLICT (provider_id, provider) DO UPDATE SET
  identity_data = auth.identities.identity_data || excluded.identity_data, updated_at = now()
"""
_PROVIDED = """
UPDATE auth.users SET
  raw_app_meta_data = '{"provider": "email", "providers": ["email"]}' || coalesce(raw_app_meta_data, '{}')
WHERE id = %(id)s AND email IS NOT NULL
"""
_SIGNED_IN = """
WITH signed_in AS (UPDATE auth.users SET last_sign_in_at = now(), updated_at = now() WHERE id = %(id)s)
UPDATE auth.identities SET last_sign_in_at = now(), updated_at = now()
WHERE user_id = %(id)s AND provider = %(provider)s
"""
_FORGET = """
WITH gone AS (DELETE FROM auth.identities WHERE user_id = %(id)s), ended AS (
  DELETE FROM auth.sessions WHERE user_id = %(id)s
)
UPDATE auth.users SET
  email = encode(sha256((id::text || email)::bytea), 'hex'), encrypted_password = '', raw_user_meta_data = '{}',
  raw_app_meta_data = '{}', deleted_at = now(), updated_at = now()
WHERE id = %(id)s AND deleted_at IS NULL
"""


@dataclass(frozen=True)
class Change:
    """What to change of a user; None and {} leave it as it is. A null in metadata removes its key.

    confirmed: mark the address as confirmed. ban: how long, as an interval; "0" ends a ban.
    """

    email: str | None = None
    password_hash: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    app_metadata: dict[str, Any] = field(default_factory=dict)
    role: str | None = None
    ban: str | None = None
    confirmed: bool = False


class Users:
    """Reads and writes users. A row has its identities, too."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def by_email(self, email: str) -> Row | None:
        """Return the row of the user with this address, which is stored in lower case; None if there is none."""
        return await self._rows.first(_BY_EMAIL, email=email)

    async def by_id(self, user_id: str) -> Row | None:
        """Return the row of the user with this id, a UUID as text; None if there is none."""
        return await self._rows.first(_BY_ID, id=user_id)

    async def page(self, number: int, size: int, wanted: str) -> tuple[list[Row], int]:
        """Return one page of users, newest first, and how many there are. wanted: part of an address; "" for all."""
        asked = {"pattern": f"%{wanted}%" if wanted else "%"}
        count = await self._rows.first(_COUNT, **asked)
        rows = await self._rows.all(_PAGE, **asked, limit=size, offset=(max(number, 1) - 1) * size)
        return rows, count["count"] if count else 0

    async def add(
        self,
        email: str | None,
        password_hash: str | None,
        change: Change,
        *,
        user_id: str | None = None,
        invited: bool = False,
    ) -> Row:
        """Store a user, and return the row; without an address it is an anonymous one.

        Raises AuthError if the address or the id is taken.
        """
        try:
            added = await self._rows.all(
                _ADD,
                id=user_id,
                email=email,
                password=password_hash,
                confirmed=change.confirmed and email is not None,
                invited=invited,
                app=Jsonb(change.app_metadata),
                data=Jsonb(change.metadata),
                role=change.role or "authenticated",
            )
        except psycopg.errors.UniqueViolation:
            raise AuthError(422, "user_already_exists", "User already registered") from None
        return await self._identified(added[0]["id"])

    async def change(self, user_id: str, change: Change) -> Row | None:
        """Change a user, and return the row, None if the user is gone. Raises AuthError if the address is taken."""
        try:
            await self._rows.all(
                _CHANGE,
                id=user_id,
                email=change.email,
                password=change.password_hash,
                confirmed=change.confirmed,
                role=change.role,
                ban=change.ban,
                app=Jsonb(change.app_metadata),
                app_removed=_removed(change.app_metadata),
                data=Jsonb(change.metadata),
                removed=_removed(change.metadata),
            )
        except psycopg.errors.UniqueViolation:
            raise AuthError(422, "email_exists", EMAIL_TAKEN) from None
        if change.email is not None or change.confirmed:
            return await self._identified(user_id)
        return await self.by_id(user_id)

    async def signed_in(self, user_id: str, provider: str = "email") -> None:
        """Note that a user has signed in just now."""
        await self._rows.all(_SIGNED_IN, id=user_id, provider=provider)

    async def delete(self, user_id: str, *, softly: bool) -> None:
        """Delete a user with all that is theirs; softly: keep the row, without what says who it was."""
        await self._rows.all(_FORGET if softly else "DELETE FROM auth.users WHERE id = %(id)s", id=user_id)

    async def _identified(self, user_id: str) -> Row:
        await self._rows.all(_IDENTIFY, id=user_id)
        await self._rows.all(_PROVIDED, id=user_id)
        found = await self.by_id(user_id)
        if found is None:
            raise AuthError(404, "user_not_found", "User not found")
        return found


def _removed(metadata: dict[str, Any]) -> list[str]:
    return [key for key, value in metadata.items() if value is None]

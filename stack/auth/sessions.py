"""Who is signed in: the rows of auth.sessions, how each signed in, and their refresh tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack.auth.errors import AuthError

if TYPE_CHECKING:
    from stack.auth.database import Row, Rows

# How long a replaced refresh token still works: Supabase's default.
_REUSE_SECONDS = 10
_OPEN = """
WITH opened AS (
  INSERT INTO auth.sessions (id, user_id, created_at, updated_at, aal)
  VALUES (gen_random_uuid(), %(user)s, now(), now(), 'aal1') RETURNING id, user_id, created_at
), claimed AS (
  INSERT INTO auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
  SELECT gen_random_uuid(), id, now(), now(), %(method)s FROM opened
), token AS (
  INSERT INTO auth.refresh_tokens (token, user_id, revoked, created_at, updated_at, session_id)
  SELECT %(token)s, user_id, false, now(), now(), id FROM opened
)
SELECT id::text, user_id::text, created_at, %(method)s AS method, %(token)s AS token FROM opened
"""
_FIND = """
SELECT s.id::text, s.user_id::text, s.created_at,
  (SELECT authentication_method FROM auth.mfa_amr_claims c WHERE c.session_id = s.id LIMIT 1) AS method,
  (SELECT token FROM auth.refresh_tokens t WHERE t.session_id = s.id ORDER BY t.id DESC LIMIT 1) AS token
FROM auth.sessions s WHERE s.id::text = %(id)s
"""
# The row lock lets one of two refreshes with the same token be the first. place: how many tokens of the session are
# newer. replaced: seconds since the next one was issued.
_PLACE = """
WITH asked AS MATERIALIZED (
  SELECT id, session_id FROM auth.refresh_tokens WHERE token = %(token)s FOR UPDATE
)
SELECT asked.session_id::text AS session,
  (SELECT count(*) FROM auth.refresh_tokens t WHERE t.session_id = asked.session_id AND t.id > asked.id) AS newer,
  (
    SELECT extract(epoch FROM clock_timestamp() - min(t.created_at))::float8 FROM auth.refresh_tokens t
    WHERE t.session_id = asked.session_id AND t.id > asked.id
  ) AS replaced
FROM asked
"""
# Only if nobody has replaced it meanwhile.
_ROTATE = """
WITH replaced AS (
  UPDATE auth.refresh_tokens SET revoked = true, updated_at = now()
  WHERE token = %(token)s AND NOT revoked RETURNING user_id, session_id
), refreshed AS (
  UPDATE auth.sessions SET refreshed_at = now() AT TIME ZONE 'UTC', updated_at = now()
  WHERE id IN (SELECT session_id FROM replaced)
)
INSERT INTO auth.refresh_tokens (token, user_id, revoked, created_at, updated_at, parent, session_id)
SELECT %(new)s, user_id, false, clock_timestamp(), clock_timestamp(), %(token)s, session_id FROM replaced
"""
_END = """
DELETE FROM auth.sessions WHERE user_id = %(user)s AND CASE %(scope)s
  WHEN 'local' THEN id::text = %(session)s WHEN 'others' THEN id::text IS DISTINCT FROM %(session)s ELSE true
END
"""


@dataclass(frozen=True)
class Session:
    """One sign-in of one user. signed_in: seconds since the epoch. method: how. refresh_token: the newest."""

    id: str
    user_id: str
    signed_in: int
    method: str
    refresh_token: str


class Sessions:
    """All sessions. A refresh token works once; then only its successor does, as GoTrue rotates them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def open(self, user_id: str, method: str) -> Session:
        """Return a new session of a user, with its first refresh token. method: "password", "otp", "anonymous", …"""
        return _session((await self._rows.all(_OPEN, user=user_id, method=method, token=_new_token()))[0])

    async def get(self, session_id: str) -> Session | None:
        """Return the session of this id, None if it has ended or never began."""
        found = await self._rows.first(_FIND, id=session_id)
        return None if found is None else _session(found)

    async def refresh(self, token: str) -> Session:
        """Return the session of a refresh token, whose refresh_token is the next one to use. Raises AuthError.

        The last token but one still works, and gets the newest: a client whose answer was lost has no other. So does
        one that was replaced a moment ago, by another tab of the same session. An older one was stolen, from the
        client or by it, and ends the session.
        """
        asked = await self._rows.first(_PLACE, token=token)
        if asked is None:
            raise _unknown()
        if asked["newer"] == 0:
            await self._rows.all(_ROTATE, token=token, new=_new_token())
        elif asked["newer"] > 1 and asked["replaced"] > _REUSE_SECONDS:
            await self._rows.all("DELETE FROM auth.sessions WHERE id::text = %(id)s", id=asked["session"])
            raise AuthError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        session = await self.get(asked["session"])
        if session is None:
            raise _unknown()
        return session

    async def end(self, user_id: str, session: Session | None, scope: str) -> None:
        """End sessions of a user. scope: "local" is the given session, "others" all but it, "global" all."""
        await self._rows.all(_END, user=user_id, session=session and session.id, scope=scope)


def _session(row: Row) -> Session:
    return Session(row["id"], row["user_id"], int(row["created_at"].timestamp()), row["method"], row["token"])


def _new_token() -> str:
    return secrets.token_urlsafe(16)


def _unknown() -> AuthError:
    return AuthError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")

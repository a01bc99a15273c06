"""The API of a Supabase project as one person uses it: signing in, reading, writing, calling functions.

Sources: https://docs.postgrest.org for /rest/v1, https://supabase.com/docs/reference/self-hosting-auth for /auth/v1.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from pgproof.timing import unit

_SECONDS = 10


class ApiError(Exception):
    """The API answered with an error. status: of HTTP, 0 without an answer. code: Supabase's or PostgreSQL's."""

    def __init__(self, asked: str, status: int, code: str, message: str) -> None:
        super().__init__(f"{asked} was answered with {status} {code}: {message}" if status else f"{asked}: {message}")
        self.status, self.code = status, code


@dataclass(frozen=True)
class Api:
    """The API for one person. url: of the project. anon_key: its public key. token: access token, None for role anon.

    Every method waits at most 10 seconds for an answer, scaled by pgproof.timing.unit().
    """

    url: str
    anon_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def sign_in(self, email: str, password: str) -> dict[str, Any]:
        """Return the session of a person, as Supabase's clients keep it. Raises ApiError."""
        credentials = {"email": email, "password": password}
        session: dict[str, Any] = self._ask("POST", "/auth/v1/token?grant_type=password", credentials)
        return session

    def of(self, session: dict[str, Any]) -> Api:
        """Return the same API for the person whose session it is."""
        return Api(self.url, self.anon_key, session["access_token"])

    def select(self, table: str, **query: str) -> list[dict[str, Any]]:
        """Return the rows that the person may see. query: as PostgREST takes it, such as id="eq.1". Raises ApiError."""
        rows: list[dict[str, Any]] = self._ask("GET", f"/rest/v1/{table}?{urlencode(query)}")
        return rows

    def insert(self, table: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
        """Insert rows and return them as they were stored. Raises ApiError."""
        stored: list[dict[str, Any]] = self._ask("POST", f"/rest/v1/{table}", rows, Prefer="return=representation")
        return stored

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        """Insert rows without asking for them, since the person may not be able to see them yet. Raises ApiError."""
        self._ask("POST", f"/rest/v1/{table}", rows, Prefer="return=minimal")

    def update(self, table: str, values: dict[str, Any], **query: str) -> list[dict[str, Any]]:
        """Update rows and return them as they are then. query: as for select. Raises ApiError."""
        asked = f"/rest/v1/{table}?{urlencode(query)}"
        changed: list[dict[str, Any]] = self._ask("PATCH", asked, values, Prefer="return=representation")
        return changed

    def delete(self, table: str, **query: str) -> list[dict[str, Any]]:
        """Delete rows and return them. query: as for select. Raises ApiError."""
        asked = f"/rest/v1/{table}?{urlencode(query)}"
        removed: list[dict[str, Any]] = self._ask("DELETE", asked, Prefer="return=representation")
        return removed

    def call(self, function: str, **arguments: Any) -> Any:
        """Call a function of the database and return its result. Raises ApiError."""
        return self._ask("POST", f"/rest/v1/rpc/{function}", arguments)

    def _ask(self, method: str, path: str, content: Any = None, **headers: str) -> Any:
        address = urlsplit(self.url)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.netloc, timeout=_SECONDS * unit())
        asked = f"{method} {path.partition('?')[0]}"
        body = None if content is None else json.dumps(content)
        headers |= {"apikey": self.anon_key, "Authorization": f"Bearer {self.token or self.anon_key}"}
        try:
            connection.request(method, address.path.rstrip("/") + path, body, {**headers, **_JSON})
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise ApiError(asked, 0, "", f"no answer from {self.url} ({error})") from None
        finally:
            connection.close()
        if answer.status >= 400:
            raise _error(asked, answer.status, text)
        return json.loads(text) if text else None


_JSON = {"Content-Type": "application/json"}


def _error(asked: str, status: int, text: str) -> ApiError:
    try:
        told = json.loads(text)
    except ValueError:
        told = {}
    code = told.get("error_code") or told.get("code") or ""
    return ApiError(asked, status, str(code), str(told.get("message") or told.get("msg") or text[:200]))

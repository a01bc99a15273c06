"""How the services reach their one database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def first_line(error: Exception) -> str:
    """Return the first line of what an error says; the name of its class if it says nothing, as RAISE '' does."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


@dataclass(frozen=True)
class Database:
    """One database. parameters: libpq connection parameters, including dbname, without user.

    administrator: who is meant by "postgres". owner: as whom people and their tools log in, as a hosted project's owner
    does, who is not a superuser; None for the administrator.
    """

    parameters: Mapping[str, str] = field(repr=False)
    administrator: str = "postgres"
    owner: str | None = None

    def conninfo(self, user: str) -> str:
        """Return the libpq connection string of a user.

        "postgres" owns everything; "authenticator" is the role that PostgREST logs in as to become each request's role.
        """
        from psycopg.conninfo import make_conninfo

        return make_conninfo(**{**self.parameters, "user": self._login(user)})

    def url(self, user: str) -> str:
        """Return the same as a postgresql:// URL, for people and scripts."""
        from urllib.parse import quote, urlencode

        rest = dict(self.parameters)
        dbname, login = quote(rest.pop("dbname"), safe=""), quote(self._login(user), safe="")
        if rest.get("host", "/").startswith("/"):
            return f"postgresql://{login}@/{dbname}?{urlencode(rest)}"
        # Not all programs read the address from the query.
        password = f":{quote(rest.pop('password'), safe='')}" if "password" in rest else ""
        host = rest.pop("host")
        place = f"[{host}]" if ":" in host else host
        port = f":{rest.pop('port')}" if "port" in rest else ""
        return f"postgresql://{login}{password}@{place}{port}/{dbname}{'?' if rest else ''}{urlencode(rest)}"

    def _login(self, user: str) -> str:
        return self.administrator if user == "postgres" else user

"""How the services reach their one database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Database:
    """One database. parameters: libpq connection parameters, including dbname, without user."""

    parameters: Mapping[str, str] = field(repr=False)

    def conninfo(self, user: str) -> str:
        """Return the libpq connection string of a user.

        "postgres" owns everything; "authenticator" is the role that PostgREST logs in as to become each request's role.
        """
        from psycopg.conninfo import make_conninfo

        return make_conninfo(**{**self.parameters, "user": user})

    def url(self, user: str) -> str:
        """Return the same as a postgresql:// URL, for people and scripts."""
        from urllib.parse import quote, urlencode

        rest = {key: value for key, value in self.parameters.items() if key != "dbname"}
        return f"postgresql://{user}@/{quote(self.parameters['dbname'])}?{urlencode(rest)}"

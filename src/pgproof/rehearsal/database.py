"""One database to try a script on, and the sessions on it: of the role that scripts run as, and of the superuser."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo

from pgproof.errors import UsageError, first_line
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A script that hangs ends here; the rehearsal goes on.
_STATEMENT_SECONDS = 60


@dataclass(frozen=True)
class Database:
    """One database on a private server. settings: of each session, as psql takes them from PGOPTIONS.

    conninfo: of the server's superuser. owner: the role that scripts run as, None for the superuser.
    """

    name: str
    conninfo: str = field(repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    owner: str | None = None
    _observers: list[psycopg.Connection[Any]] = field(default_factory=list, repr=False)

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection[Any]]:
        """Yield a new autocommit session with the settings and a statement timeout; leaving rolls back what is open.

        It is one of the role that scripts run as: what only a superuser may do is for observer().
        Raises UsageError if the server rejects the settings.
        """
        # A password is stored the same each time only by this method, so that a second run can be compared.
        limits = {"statement_timeout": f"{round(_STATEMENT_SECONDS * unit())}s", "password_encryption": "md5"}
        options = " ".join(f"-c {name}={_escaped(value)}" for name, value in {**limits, **self.settings}.items())
        try:
            connection = psycopg.connect(self._reach, autocommit=True, prepare_threshold=None, options=options)
        except psycopg.OperationalError as error:
            if not self.settings:
                raise
            given = ", ".join(f"{name}={value}" for name, value in self.settings.items())
            why = first_line(error).rpartition("FATAL:")[2].strip()
            raise UsageError(f"no session can have the settings {given}: {why}") from None
        try:
            yield connection
        finally:
            connection.close()

    def by_superuser(self) -> Database:
        """Return the same database for sessions of the server's superuser, who may read and set everything."""
        return replace(self, owner=None, _observers=[])

    def witness(self) -> psycopg.Connection[Any]:
        """Return a session of an ordinary person, kept until close(): a script may be able to end it."""
        connection = psycopg.connect(self._reach, autocommit=True)
        self._observers.insert(0, connection)
        return connection

    @property
    def _reach(self) -> str:
        return self.conninfo if self.owner is None else make_conninfo(self.conninfo, user=self.owner)

    def observer(self) -> psycopg.Connection[Any]:
        """Return a superuser's session that no script has used.

        It is kept until close(), so its queries are planned only once.
        """
        if not self._observers or not self._observes(self._observers[-1]):
            self._observers.append(psycopg.connect(self.conninfo, autocommit=True))
        return self._observers[-1]

    def _observes(self, connection: psycopg.Connection[Any]) -> bool:
        return connection.info.user != self.owner and is_alive(connection)

    def close(self) -> None:
        """End the sessions that were kept; an observer() after it gets a new one."""
        while self._observers:
            self._observers.pop().close()


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """Return whether a session still answers."""
    try:
        connection.execute("SELECT")
    except psycopg.Error:
        return False
    return True


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")

"""A private server with the baseline on it, and databases to try a script on: each check gets its own.

Other people's scripts may do anything to a server, so they never run on a shared one.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pgproof.errors import UsageError
from pgproof.postgres import private
from pgproof.postgres.cluster import BASE
from pgproof.postgres.seed import EMPTY
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import LiteralString

    from pgproof.postgres.seed import Seed

_ROLES = "SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'"
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
        limits = {"statement_timeout": f"{round(_STATEMENT_SECONDS * unit())}s"}
        options = " ".join(f"-c {name}={_escaped(value)}" for name, value in {**limits, **self.settings}.items())
        try:
            connection = psycopg.connect(self._reach, autocommit=True, prepare_threshold=None, options=options)
        except psycopg.OperationalError as error:
            if not self.settings:
                raise
            given = ", ".join(f"{name}={value}" for name, value in self.settings.items())
            why = str(error).strip().splitlines()[0].rpartition("FATAL:")[2].strip()
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
        """End the sessions that were kept."""
        for connection in self._observers:
            connection.close()


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """Return whether a session still answers."""
    try:
        connection.execute("SELECT")
    except psycopg.Error:
        return False
    return True


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


class ScratchServer:
    """The private server of one rehearsal. Use it from one thread."""

    def __init__(
        self,
        version: int = 17,
        settings: Mapping[str, str] | None = None,
        seed: Seed = EMPTY,
        owner: str | None = None,
    ) -> None:
        """Start the server. version: major. settings: of every session. seed: what the database `start` holds.

        owner: who owns each database and runs the scripts in it as soon as there is such a role, None for the
        superuser. Raises UsageError or supervisor.StartError.
        """
        self._server = private.acquire(version, seed)
        self.seed = seed
        self._owner = owner
        self._settings = settings or {}
        self._admin = self._connect("postgres")
        self.start = BASE
        self._roles = self._role_names()

    def close(self) -> None:
        """End the server; its folder is removed with it."""
        self._admin.close()
        self._server.close()

    @contextmanager
    def made(self, template: str, fill: Callable[[psycopg.Connection[Any]], object]) -> Iterator[str]:
        """Yield the name of a new database to clone: a copy of the template, filled by a session of the superuser.

        At the end it is dropped, with the roles that fill created; until then clone() keeps those.
        """
        name = self._copy(template)
        before = self._roles
        try:
            with self.database(name).by_superuser().connect() as connection:
                fill(connection)
            self._roles = before | self._role_names()
            yield name
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")
            self._roles = before
            self._drop_roles(keep=before)

    @contextmanager
    def clone(self, template: str) -> Iterator[Database]:
        """Yield a copy of a database. At the end it is dropped, with the roles that were created meanwhile."""
        name = self._copy(template)
        database = self.database(name)
        try:
            yield database
        finally:
            database.close()
            self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self._drop_roles(keep=self._roles)

    def crash(self) -> None:
        """Kill the whole server (SIGKILL) and start it again. Raises supervisor.StartError."""
        self._admin.close()
        self._server.crash()
        self._admin = self._connect("postgres")

    def _connect(self, dbname: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self._server.conninfo(dbname), autocommit=True)

    def _execute(self, query: LiteralString | sql.Composed) -> psycopg.Cursor[Any]:
        if not is_alive(self._admin):
            # A script has ended this session, which it is free to do.
            self._admin = self._connect("postgres")
        return self._admin.execute(query)

    def database(self, name: str) -> Database:
        """Return a database of this server by its name."""
        return Database(name, self._server.conninfo(name), self._settings, self._present_owner())

    def _present_owner(self) -> str | None:
        """Return the owner once there is that role: the copy of a live database brings its own."""
        return self._owner if self._owner in self._role_names() else None

    def _copy(self, template: str) -> str:
        name = f"rehearsal_{secrets.token_hex(6)}"
        owner = self._present_owner()
        belonging = sql.SQL("") if owner is None else sql.SQL(" OWNER {}").format(sql.Identifier(owner))
        self._execute(sql.SQL(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy") + belonging)
        return name

    def _role_names(self) -> set[str]:
        return {name for (name,) in self._execute(_ROLES)}

    def _drop_roles(self, keep: set[str]) -> None:
        for name in self._role_names() - keep:
            # A grant to the role may concern something outside databases: a parameter, a tablespace.
            self._execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            self._execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))

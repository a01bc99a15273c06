"""A private server with the baseline on it, and databases to try a script on: each check gets its own.

Other people's scripts may do anything to a server, so they never run on a shared one.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from pgproof.postgres import private
from pgproof.postgres.cluster import BASE
from pgproof.postgres.seed import EMPTY
from pgproof.rehearsal import shared_objects
from pgproof.rehearsal.database import Database, is_alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import LiteralString

    from pgproof.postgres.private import PrivateServer
    from pgproof.postgres.seed import Seed
    from pgproof.rehearsal.shared_objects import Shared


class ScratchServer:
    """The private server of one rehearsal. Use it from one thread."""

    def __init__(
        self,
        version: int = 17,
        settings: Mapping[str, str] | None = None,
        seed: Seed = EMPTY,
        owner: str | None = None,
        postgres: str = "embedded",
    ) -> None:
        """Start the server. version: major. settings: of every session. seed: what the database `start` holds.

        owner: who owns each database and runs the scripts in it as soon as there is such a role, None for the
        superuser. postgres: "embedded", "container" or "container:IMAGE". Raises UsageError or supervisor.StartError.
        """
        self._server = _started(postgres, version, seed)
        self.seed = seed
        self._owner = owner
        self._settings = settings or {}
        self._admin = self._connect("postgres")
        self.start = BASE
        # What the databases share, as it was when each of them was last ready to be copied.
        self._shared: dict[str, Shared] = {BASE: shared_objects.read(self._admin)}
        self._copied_from: dict[str, str] = {}
        # The one that scripts run on: only there may something stand in the way of dropping a role.
        self._active: str | None = None

    def close(self) -> None:
        """End the server; its folder is removed with it."""
        self._admin.close()
        self._server.close()

    @contextmanager
    def made(self, template: str, fill: Callable[[psycopg.Connection[Any]], object]) -> Iterator[str]:
        """Yield the name of a new database to clone: a copy of the template, filled by a session of the superuser.

        At the end it is dropped, with its copies, and what all databases share is put back.
        """
        with self.aside():
            database = self.open(template)
            try:
                with database.by_superuser().connect() as connection:
                    fill(connection)
                self._hand_over(database.name)
                self.keep(database)
                yield database.name
            finally:
                self.drop(database)

    @contextmanager
    def clone(self, template: str) -> Iterator[Database]:
        """Yield a copy of a database. At the end it is dropped, and what all databases share is put back."""
        with self.aside():
            database = self.open(template)
            try:
                yield database
            finally:
                self.drop(database)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Put back at the end what all databases share as it is now: roles with their settings and memberships."""
        before, active = shared_objects.read(self._awake()), self._active
        try:
            yield
        finally:
            shared_objects.put_back(self._awake(), before)
            self._activate(active)

    def open(self, template: str) -> Database:
        """Return a new copy of a database, to be ended with drop()."""
        self._put_back(template)
        name = f"rehearsal_{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        if template != self.start:
            # That one is the server's own template, with properties that are not for copies.
            shared_objects.as_template(self._admin, name, template)
        else:
            self._hand_over(name)
        self._copied_from[name] = template
        # The copy has the dependencies as the template had them, shown or hidden.
        shared_objects.show(self._admin, name, shown=True)
        self._activate(name)
        return self.database(name)

    def database(self, name: str) -> Database:
        """Return a database of this server by its name."""
        return Database(name, self._server.conninfo(name), self._settings, self._present_owner())

    def keep(self, database: Database) -> None:
        """Make a database ready to be copied, by its name, as it is now. It may change again after resume()."""
        database.close()
        self._shared[database.name] = shared_objects.read(self._awake())

    def resume(self, database: Database) -> None:
        """Put back what a kept database had in common with the others, so that scripts can run on it again."""
        self._put_back(database.name)
        self._activate(database.name)

    def drop(self, database: Database) -> None:
        """Drop a database and everything that was copied from it."""
        database.close()
        for name in [name for name, template in self._copied_from.items() if template == database.name]:
            self.drop(Database(name, self._server.conninfo(name)))
        self._execute(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")
        self._copied_from.pop(database.name, None)
        self._shared.pop(database.name, None)

    def crash(self) -> None:
        """Kill the whole server (SIGKILL) and start it again. Raises supervisor.StartError."""
        self._admin.close()
        self._server.crash()
        self._admin = self._connect("postgres")

    def _connect(self, dbname: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self._server.conninfo(dbname), autocommit=True)

    def _awake(self) -> psycopg.Connection[Any]:
        if not is_alive(self._admin):
            # A script has ended this session, which it is free to do.
            self._admin = self._connect("postgres")
        return self._admin

    def _execute(self, query: LiteralString) -> None:
        self._awake().execute(query)

    def _present_owner(self) -> str | None:
        """Return the owner once there is that role: the copy of a live database brings its own."""
        if self._owner is None:
            return None
        found = self._awake().execute("SELECT FROM pg_roles WHERE rolname = %s", [self._owner]).fetchone()
        return None if found is None else self._owner

    def _hand_over(self, name: str) -> None:
        """Give a database to the owner, as soon as there is that role."""
        owner = self._present_owner()
        if owner is not None:
            command = sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(owner))
            self._awake().execute(command)

    def _activate(self, name: str | None) -> None:
        if name == self._active:
            return
        for each, shown in ((self._active, False), (name, True)):
            if each in self._copied_from:
                shared_objects.show(self._awake(), each, shown=shown)
        self._active = name

    def _put_back(self, template: str) -> None:
        shared_objects.put_back(self._awake(), self._shared[template])


def _started(postgres: str, version: int, seed: Seed) -> PrivateServer:
    if postgres == "embedded":
        return private.acquire(version, seed)
    from pgproof.rehearsal import image

    return image.started(postgres, version, seed)

"""A server like that of a hosted project, and the databases of several projects on it.

Its superuser is supabase_admin; `postgres`, who owns each project, has fewer rights. A template is made once, when it
is first asked for; each test gets a clone of it.
"""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from connect.paths import SQL
from pgproof.postgres import private
from pgproof.postgres.cluster import BASE
from pgproof.postgres.seed import Seed
from pgproof.scripts import migration
from pgproof.timing import eventually
from tests.connect.projects.layers import FOLDER, layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.connect.projects.layers import Layer, State

SUPERUSER, OWNER, VERIFIER = "supabase_admin", "postgres", "connect_verifier"
# The API roles cannot log in; PostgREST logs in as authenticator and becomes one of them.
DOOR, API_ROLES = "authenticator", ("anon", "authenticated", "service_role")
# A copy of a database comes without its settings, such as the search path; this is the row that ALTER DATABASE writes.
_COPY_SETTINGS = """
INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig)
SELECT copy.oid, 0, s.setconfig
FROM pg_db_role_setting s
JOIN pg_database source ON source.oid = s.setdatabase AND s.setrole = 0
JOIN pg_database copy ON copy.datname = %s
WHERE source.datname = %s
"""


@dataclass
class Clone:
    """A database of a test's own: one environment of a project, before or after the guide's scripts."""

    project: str
    environment: str
    state: State
    name: str
    _server: private.PrivateServer = field(repr=False)
    _has_verifier: bool = False

    def dsn(self, role: str = OWNER, user: str | None = None) -> str:
        """Return how a role reaches the database, an API role as PostgREST does it. user: whose token it holds."""
        reach = {**self._server.parameters, "dbname": self.name}
        if role not in API_ROLES:
            return make_conninfo(**{**reach, "user": role})
        claims = json.dumps({"role": role} | ({"sub": user} if user else {}), separators=(",", ":"))
        options = f"-c role={role} -c request.jwt.claims={claims}"
        return make_conninfo(**{**reach, "user": DOOR, "options": options})

    @property
    def verifier_dsn(self) -> str:
        """How connect_verifier reaches it; the owner runs sql/verifier_role.sql when that is first asked for."""
        if not self._has_verifier:
            with psycopg.connect(self.dsn(), autocommit=True) as connection:
                migration.apply(connection, SQL / "verifier_role.sql")
            self._has_verifier = True
        return self.dsn(VERIFIER)


class HostedServer:
    """A private server with the platform on it, and the templates of the projects. Use it from one thread."""

    def __init__(self, version: int = 17) -> None:
        """Start the server. version: major. Raises UsageError or supervisor.StartError."""
        self._server = private.acquire(version, Seed((FOLDER / "platform.sql",), superuser=SUPERUSER), durable=False)
        self._admin = psycopg.connect(self._server.conninfo("postgres"), autocommit=True)
        self._made: set[str] = set()

    def close(self) -> None:
        """End the server; its folder is removed with it."""
        self._admin.close()
        self._server.close()

    @contextmanager
    def clone(self, project: str, environment: str, state: State) -> Iterator[Clone]:
        """Yield a new database of a project, which is dropped at the end.

        Raises pgproof.scripts.migration.ScriptError where a file of the project does not run.
        """
        template = BASE
        for layer in layers(project, environment, state):
            template = self._ensure(layer, template)
        name = f"live_{secrets.token_hex(6)}"
        self._copy(template, name)
        try:
            yield Clone(project, environment, state, name, self._server)
        finally:
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _ensure(self, layer: Layer, below: str) -> str:
        if layer.name not in self._made:
            self._copy(below, layer.name)
            self._fill(layer)
            self._made.add(layer.name)
        return layer.name

    def _fill(self, layer: Layer) -> None:
        from connect import samples

        reach = {**self._server.parameters, "dbname": layer.name, "user": OWNER}
        settings = " ".join(f"-c {name}={value}" for name, value in (layer.settings or {}).items())
        with psycopg.connect(make_conninfo(**reach, options=settings), autocommit=True) as connection:
            for script in layer.scripts:
                try:
                    migration.apply(connection, script)
                except psycopg.Error as error:
                    raise migration.failed(script, error) from None
            if layer.samples:
                samples.load(connection)
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        eventually(lambda: self._admin.execute(query, [layer.name]).fetchone() == (0,), 0.2)

    def _copy(self, template: str, name: str) -> None:
        # On a memory file system, file_copy takes half the time of the default, which goes through the WAL.
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY file_copy")
        self._admin.execute(_COPY_SETTINGS, [name, template])

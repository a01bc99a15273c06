"""Migrated template databases on a throw-away server, and their clones.

A template is made once per server, under an advisory lock and a temporary name; renaming it is the last step, so
whoever sees the name sees a complete template. Cloning one takes a few milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from psycopg import sql

from pgproof.postgres.cluster import BASE
from pgproof.postgres.ownership import acting, hand_over
from pgproof.scripts import migration
from pgproof.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pgproof.environments import Environment
    from pgproof.postgres import Server

State = Literal["baseline", "aligned"]


class Templates:
    """The templates of one server. Holds one administrative connection; use it from one thread.

    unfit: by environment whose template was used, what of the sample rows does not fit into it, and after
    baselines.LACKING what its baseline could not make.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: set[str] = set()
        self.unfit: dict[str, tuple[str, ...]] = {}
        self._admin = psycopg.connect(server.conninfo("postgres"), autocommit=True)

    def close(self) -> None:
        """Close the administrative connection; the databases stay until the server ends."""
        self._admin.close()

    @contextmanager
    def clone(self, environment: Environment, state: State) -> Iterator[str]:
        """Yield the connection string of a new database in this state; it is dropped at the end.

        Raises migration.ScriptError if a script of the environment fails.
        """
        name, template = f"clone_{secrets.token_hex(6)}", self.ensure(environment, state)
        with self._locked(f"copying {template}", "_shared"):
            self._copy(template, name)
        try:
            yield self._server.conninfo(name)
        finally:
            self._wait_until_free(name)
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def reading(self, environment: Environment, state: State) -> Iterator[str]:
        """Yield the connection string of the template itself, for reading only. It is not copied meanwhile.

        Raises migration.ScriptError if a script of the environment fails.
        """
        name = self.ensure(environment, state)
        with self._locked(f"copying {name}"):
            yield self._server.conninfo(name)
            self._wait_until_free(name)

    def ensure(self, environment: Environment, state: State) -> str:
        """Return the name of the template for this state of an environment, which is made if it does not exist.

        state: "baseline" before the migrations, "aligned" after them. Raises migration.ScriptError if a script fails.
        """
        scripts = [*environment.baseline, *(environment.migrations if state == "aligned" else ())]
        name = f"{environment.name}_{state}_{_hash(scripts)}"
        if name not in self._known:
            with self.alone(name):
                if not self._exists(name):
                    self._make(name, scripts, len(environment.baseline))
            self._known.add(name)
            unfit = self._unfit(name)
            if unfit:
                self.unfit[environment.name] = unfit
        return name

    def _make(self, name: str, scripts: list[Path], baseline: int) -> None:
        """Make a template. baseline: how many of the scripts belong to the environment's baseline."""
        # Imported late: most templates are there already.
        from pgproof.adoption import baselines

        self._ensure_base()
        partial = f"partial_{secrets.token_hex(6)}"
        self._copy(BASE, partial)
        lacking: list[str] = []
        with psycopg.connect(self._server.conninfo(partial), autocommit=True) as connection:
            there = baselines.platform(connection)
            for number, script in enumerate(scripts):
                try:
                    passed = self._apply(connection, script, there if number < baseline else None)
                except psycopg.Error as error:
                    raise self._explained(scripts, script, error, baseline) from None
                lacking += [line for line in passed if line.startswith(baselines.LACKING)]
                if number + 1 == baseline:
                    self._note_unfit(partial, [*lacking, *self._server.seed.add_fitting(connection)])
        self._wait_until_free(partial)
        self._admin.execute(f"ALTER DATABASE {partial} RENAME TO {name}")

    def _apply(
        self, connection: psycopg.Connection[Any], script: Path, there: frozenset[str] | None = None
    ) -> list[str]:
        """Run a script as in a session of its own. there: of the baseline's files, for migration.run()."""
        with acting(connection, self._server.seed.owner):
            passed = migration.run(connection, script, there)
        # What a script sets is gone with its session: a dump leaves it without a search_path.
        connection.execute("DISCARD ALL")
        return passed

    def _note_unfit(self, name: str, lines: Sequence[str]) -> None:
        """Keep a note in the database itself: another process may make a template that this one uses."""
        if lines:
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), json.dumps(lines))
            self._admin.execute(comment)

    def _unfit(self, name: str) -> tuple[str, ...]:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        found = self._admin.execute(query, [name]).fetchone()
        return tuple(json.loads(found[0])) if found is not None and found[0] else ()

    def _explained(
        self, scripts: list[Path], failed: Path, error: psycopg.Error, baseline: int
    ) -> migration.ScriptError:
        """Return an error that names the statement that failed, found by running the scripts on another copy."""
        from pgproof.adoption import baselines

        name = f"partial_{secrets.token_hex(6)}"
        self._copy(BASE, name)
        try:
            with psycopg.connect(self._server.conninfo(name), autocommit=True) as connection:
                there = baselines.platform(connection)
                for number, script in enumerate(scripts[: scripts.index(failed)]):
                    self._apply(connection, script, there if number < baseline else None)
                    if number + 1 == baseline:
                        self._server.seed.add_fitting(connection)
                with acting(connection, self._server.seed.owner):
                    return migration.explain(connection, failed, error)
        finally:
            self._wait_until_free(name)
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _ensure_base(self) -> None:
        """Create the base database on a server that did not start from the cached cluster."""
        with self.alone(BASE):
            if not self._exists(BASE):
                self._admin.execute("CREATE DATABASE pgproof_partial TEMPLATE template0")
                with psycopg.connect(self._server.conninfo("pgproof_partial")) as connection:
                    self._server.seed.fill(connection)
                self._wait_until_free("pgproof_partial")
                self._admin.execute(f"ALTER DATABASE pgproof_partial RENAME TO {BASE}")

    def _copy(self, template: str, name: str) -> None:
        # On a memory file system, file_copy takes half the time of the default, which goes through the WAL.
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        hand_over(self._admin, name, self._server.seed.owner)

    def _exists(self, name: str) -> bool:
        found = self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None

    def _wait_until_free(self, name: str) -> None:
        """Wait until no session is left: most end at once, but PostgreSQL itself checks only every 100 ms."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        eventually(lambda: self._admin.execute(query, [name]).fetchone() == (0,), 0.2)

    def alone(self, name: str) -> AbstractContextManager[None]:
        """Hold the advisory lock of this name on the server: for what its databases share, such as roles."""
        return self._locked(name)

    @contextmanager
    def _locked(self, name: str, shared: Literal["", "_shared"] = "") -> Iterator[None]:
        self._admin.execute(f"SELECT pg_advisory_lock{shared}(hashtextextended(%s, 0))", [name])
        try:
            yield
        finally:
            self._admin.execute(f"SELECT pg_advisory_unlock{shared}(hashtextextended(%s, 0))", [name])


def _hash(scripts: list[Path]) -> str:
    digest: Any = hashlib.sha256()
    for script in scripts:
        digest.update(script.read_bytes())
    return str(digest.hexdigest()[:12])

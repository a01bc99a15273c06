"""The replicas in which mutants are made, and their snapshots."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof import catalog
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.environments import Environment
    from pgproof.mutation import Mutant
    from pgproof.postgres import Server
    from pgproof.postgres.templates import State
    from pgproof.project import Project
    from pgproof.snapshot import Snapshot


class Unfit(Exception):
    """A mutant proves nothing: it cannot be made, or names a test that does not exist."""


class Databases:
    """The aligned replicas of a project on one server. Use it from one thread."""

    def __init__(self, server: Server, project: Project) -> None:
        self._project = project
        self._stack = ExitStack()
        self.templates = _Mutated(server)
        self._stack.callback(self.templates.close)
        self._kept: dict[str, psycopg.Connection[Any]] = {}

    def close(self) -> None:
        """Drop the clones and close the connections."""
        self._stack.close()

    def changed(self, mutant: Mutant) -> Snapshot:
        """Return the snapshot with the defect, which is made on a clone and rolled back. Raises Unfit."""
        environment = self._project.environments[mutant.environment]
        connection = self._clone_of(environment)
        connection.execute("BEGIN")
        try:
            _make(mutant, connection)
            connection.execute("SET LOCAL search_path = pg_catalog")
            return self._project.hooks.read(environment, connection, with_lints=True)
        finally:
            connection.execute("ROLLBACK")

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[str]:
        """Yield the connection string of a clone with the defect; it stands in for its environment's template.

        Raises Unfit.
        """
        environment = self._project.environments[mutant.environment]
        with self.templates.clone(environment, "aligned") as conninfo:
            with psycopg.connect(conninfo, autocommit=True) as connection:
                _make(mutant, connection)
            with self.templates.instead(environment, conninfo):
                yield conninfo

    def answers(self, mutant: Mutant, proof: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return the rows that the SQL of a proof returns with the mutant, and without it. Raises Unfit."""
        with self.mutated(mutant) as conninfo:
            changed = _rows(conninfo, proof)
        with self.templates.clone(self._project.environments[mutant.environment], "aligned") as conninfo:
            return changed, _rows(conninfo, proof)

    def _clone_of(self, environment: Environment) -> psycopg.Connection[Any]:
        if environment.name not in self._kept:
            conninfo = self._stack.enter_context(self.templates.clone(environment, "aligned"))
            connection = self._stack.enter_context(psycopg.connect(conninfo, autocommit=True))
            self._kept[environment.name] = connection
        return self._kept[environment.name]


class _Mutated(Templates):
    """Templates, one of which can be replaced by a database that was made from it."""

    _stand_in: tuple[str, str] | None = None

    def ensure(self, environment: Environment, state: State) -> str:
        if self._stand_in and self._stand_in[0] == environment.name and state == "aligned":
            self._wait_until_free(self._stand_in[1])
            return self._stand_in[1]
        return super().ensure(environment, state)

    @contextmanager
    def instead(self, environment: Environment, conninfo: str) -> Iterator[None]:
        """Let this database be the environment's aligned template within the block."""
        name = str(psycopg.conninfo.conninfo_to_dict(conninfo)["dbname"])
        self._stand_in = environment.name, name
        try:
            yield
        finally:
            self._stand_in = None


def read(templates: Templates, project: Project, environment: Environment) -> Snapshot:
    """Return the snapshot of an aligned replica, with what the lint rules find."""
    with (
        templates.reading(environment, "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        catalog.begin_reading(connection)
        return project.hooks.read(environment, connection, with_lints=True)


def _make(mutant: Mutant, connection: psycopg.Connection[Any]) -> None:
    try:
        connection.execute(mutant.change.encode())
    except psycopg.Error as error:
        raise Unfit(f"{mutant.name} cannot be made: {error}") from error


def _rows(conninfo: str, statements: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        cursor = connection.execute(statements.encode())
        while cursor.nextset():
            pass
        return cursor.fetchall()

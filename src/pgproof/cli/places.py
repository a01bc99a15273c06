"""How a command names a database, and how its catalog is read: diff and record speak of places in the same way."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import psycopg

from pgproof import catalog
from pgproof.errors import UsageError
from pgproof.postgres import reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.postgres import Server
    from pgproof.postgres.templates import State, Templates
    from pgproof.project import Project

_STATES = ("baseline", "aligned")
ENVIRONMENT = (
    "live:ENVIRONMENT (by the DSN in its variable), or replica:ENVIRONMENT[:STATE] (aligned by default, or baseline)"
)
PLACE = f"a connection string, {ENVIRONMENT}"


def reader(place: str, name: str, replicas: Replicas) -> Callable[[], catalog.Catalog]:
    """Return a function that reads the catalog of a place. name: of the place, in messages. Raises UsageError."""
    kind, _, rest = place.partition(":")
    if not place.strip():
        raise UsageError(f"{name} is empty; expected {PLACE}")
    if place in replicas.project.environments:
        raise UsageError(f"{name}: '{place}' is an environment; write live:{place} or replica:{place}")
    if kind == "live":
        return lambda: _read_live(rest, replicas.project)
    dsn = replicas.clone(*rest.split(":")) if kind == "replica" else place
    return lambda: _read(dsn, name)


def _read(dsn: str, name: str) -> catalog.Catalog:
    with closing(reach.connect(dsn, name, name, user="user")) as connection:
        reach.supported(connection.info.server_version, name)
        try:
            catalog.begin_reading(connection)
            return catalog.read(connection)
        except psycopg.Error as error:
            raise reach.answered(error, name) from None


def _read_live(name: str, project: Project) -> catalog.Catalog:
    from pgproof.postgres import live

    with live.connect(project.chosen([name], live_only=True)[0], project.hooks) as connection:
        return catalog.read(connection)


class Replicas:
    """Throw-away copies of environments, all on one server, which starts with the first."""

    def __init__(self, stack: ExitStack, project: Project) -> None:
        self.project, self._stack = project, stack
        self._templates: Templates | None = None

    def clone(self, name: str, state: str = "aligned", *more: str) -> str:
        """Return the connection string of a copy. Raises UsageError for an unknown environment or state."""
        if name not in self.project.environments or state not in _STATES or more:
            given = ":".join((name, state, *more))
            known = self.project.known or f"(none: there is no environments.toml in {self.project.root})"
            raise UsageError(f"unknown replica '{given}'; expected one of {known}, then :baseline or :aligned")
        chosen: State = "baseline" if state == "baseline" else "aligned"
        return self._stack.enter_context(self._opened().clone(self.project.environments[name], chosen))

    def _opened(self) -> Templates:
        if self._templates is None:
            from pgproof.postgres import acquire
            from pgproof.postgres.templates import Templates

            server: Server = self._stack.enter_context(closing(acquire(seed=self.project.seed)))
            self._templates = self._stack.enter_context(closing(Templates(server)))
        return self._templates

"""How a command names a database, and how its catalog is read: diff and record speak of places in the same way."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from pgproof import catalog, naming
from pgproof.errors import UsageError
from pgproof.postgres import reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.postgres import Server
    from pgproof.postgres.templates import Templates
    from pgproof.project import Project

ENVIRONMENT = (
    "live:ENVIRONMENT (by the DSN in its variable), or replica:ENVIRONMENT[:STATE] (aligned by default, or baseline)"
)
PLACE = f"a connection string, {ENVIRONMENT}"


def reader(place: str, name: str, replicas: Replicas) -> Callable[[], catalog.Catalog]:
    """Return a function that reads the catalog of a place. name: of the place, in messages. Raises UsageError."""
    if not place.strip():
        raise UsageError(f"{name} is empty; expected {PLACE}")
    naming.refuse_bare(place, replicas.project, f"{name}: ")
    named = naming.parse(place)
    if named is not None and named.kind == "live":
        return lambda: _read_live(named.environment, replicas.project)
    dsn = place if named is None else replicas.clone(named.environment, *named.states)
    return lambda: _read(dsn, name)


def _read(dsn: str, name: str) -> catalog.Catalog:
    with reach.read_only(dsn, name) as connection:
        return catalog.read(connection)


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
        environment, chosen = naming.replica(self.project, name, state, *more)
        return self._stack.enter_context(self._opened().clone(environment, chosen))

    def _opened(self) -> Templates:
        if self._templates is None:
            from pgproof.postgres import acquire
            from pgproof.postgres.templates import Templates

            server: Server = self._stack.enter_context(closing(acquire(seed=self.project.seed)))
            self._templates = self._stack.enter_context(closing(Templates(server)))
        return self._templates

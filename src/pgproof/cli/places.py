"""How a command names a database, and how its catalog is read: diff and record speak of places in the same way."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof import catalog
from pgproof.errors import UsageError
from pgproof.postgres import reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.postgres import Server
    from pgproof.postgres.templates import State, Templates
    from pgproof.project import Project

_KINDS = ("live", "replica")
_STATES = ("baseline", "aligned")
ENVIRONMENT = (
    "live:ENVIRONMENT (by the DSN in its variable), or replica:ENVIRONMENT[:STATE] (aligned by default, or baseline)"
)
PLACE = f"a connection string, {ENVIRONMENT}"


@dataclass(frozen=True)
class Named:
    """An environment as a command line names it. kind: "live" or "replica". states: what follows that of a replica."""

    kind: str
    environment: str
    states: tuple[str, ...] = ()


def parse(place: str) -> Named | None:
    """Return what live:ENVIRONMENT or replica:ENVIRONMENT[:STATE] names, None if the text is neither.

    Whether there is such an environment and state is not judged here.
    """
    kind, colon, rest = place.partition(":")
    if not colon or kind not in _KINDS:
        return None
    if kind == "live":
        return Named(kind, rest)
    environment, *states = rest.split(":")
    return Named(kind, environment, tuple(states))


def refuse_bare(place: str, project: Project, before: str = "") -> None:
    """Raise UsageError for an environment's bare name, which says neither live nor replica. before: the message."""
    if place in project.environments:
        raise UsageError(f"{before}'{place}' is an environment; write live:{place} or replica:{place}")


def reader(place: str, name: str, replicas: Replicas) -> Callable[[], catalog.Catalog]:
    """Return a function that reads the catalog of a place. name: of the place, in messages. Raises UsageError."""
    if not place.strip():
        raise UsageError(f"{name} is empty; expected {PLACE}")
    refuse_bare(place, replicas.project, f"{name}: ")
    named = parse(place)
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

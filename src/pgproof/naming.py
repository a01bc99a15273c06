"""How a word of the command line names an environment's database: live:ENVIRONMENT, replica:ENVIRONMENT[:STATE]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.project import FILE

if TYPE_CHECKING:
    from pgproof.environments import Environment
    from pgproof.postgres.templates import State
    from pgproof.project import Project

_KINDS = ("live", "replica")


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


def replica(project: Project, name: str, state: str = "aligned", *more: str) -> tuple[Environment, State]:
    """Return the environment and the state that a replica is named by. Raises UsageError for unknown ones."""
    known: dict[str, State] = {"aligned": "aligned", "baseline": "baseline"}
    if name not in project.environments or state not in known or more:
        given = ":".join((name, state, *more))
        expected = project.known or f"(none: there is no {FILE} in {project.root})"
        raise UsageError(f"unknown replica '{given}'; expected one of {expected}, then :baseline or :aligned")
    return project.environments[name], known[state]

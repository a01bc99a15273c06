"""Which files make a database of a project: each layer is a template of its own, and the next one is a copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from connect.paths import SQL

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent
# This repository's own baseline, which is one project among others.
OWN = "own_baseline"
PROJECTS = (OWN, "typical", "marketplace", "community", "hardened", "agency", "legacy")
ENVIRONMENTS = ("prod", "staging")
STATES = ("before", "aligned")
State = Literal["before", "aligned"]


@dataclass(frozen=True)
class Layer:
    """A template. scripts: run by the owner on a copy of the layer below. settings: of that session.

    samples: whether the sample messages of this repository follow.
    """

    name: str
    scripts: tuple[Path, ...]
    settings: Mapping[str, str] | None = None
    samples: bool = False


def layers(project: str, environment: str, state: State) -> list[Layer]:
    """Return the layers of an environment of a project, in their order. state: before or after the guide's scripts."""
    if project == OWN:
        return _own(environment, state)
    found = [Layer(project, (FOLDER / f"{project}.sql",))]
    # What is so in this environment alone, and has nothing to do with the guide's scripts.
    alone = FOLDER / environment / f"{project}.sql"
    if alone.exists():
        found.append(Layer(f"{project}_{environment}", (alone,)))
    if state == "before":
        away = [FOLDER / f"before_{environment}.sql"]
        if environment == "staging":
            away.append(FOLDER / "void" / f"{project}.sql")
        found.append(Layer(f"{project}_{environment}_before", tuple(away)))
    return found


def _own(environment: str, state: State) -> list[Layer]:
    """Return the layers of this repository's own baseline, which the guide's scripts themselves align."""
    from connect.project import REPLICAS

    ours = REPLICAS[environment]
    found = [
        Layer(OWN, (FOLDER / f"{OWN}.sql", SQL / "baseline" / "messaging.sql"), samples=True),
        Layer(f"{OWN}_{environment}_before", tuple(ours.baseline)),
    ]
    if state == "aligned":
        found.append(Layer(f"{OWN}_{environment}_aligned", tuple(ours.migrations), ours.settings))
    return found

"""`diff A B`: one line for each difference of two databases' schemas.

Exit code 0: they are the same; 1: they differ; 2: they could not be compared.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import psycopg

from pgproof import catalog
from pgproof.catalog import differences
from pgproof.errors import UsageError
from pgproof.postgres import reach

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pgproof.postgres import Server
    from pgproof.postgres.templates import State, Templates
    from pgproof.project import Project

_NAMES = ("A", "B")
_STATES = ("baseline", "aligned")
_PLACE = (
    "a connection string, live:ENVIRONMENT (by the DSN in its variable), or replica:ENVIRONMENT[:STATE]"
    " (aligned by default, or baseline)"
)


def add_arguments(parser: argparse.ArgumentParser, _: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("a", metavar="A", help=_PLACE)
    parser.add_argument("b", metavar="B", help="the other database, given like A")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Read both catalogs at the same time, print what differs, and return the exit code. Raises UsageError."""
    with ExitStack() as stack:
        replicas = _Replicas(stack, project)
        readers = [
            _reader(place, name, replicas) for place, name in zip((arguments.a, arguments.b), _NAMES, strict=True)
        ]
        with ThreadPoolExecutor(2) as pool:
            left, right = pool.map(lambda reader: reader(), readers)
    found = list(differences.between(left, right))
    notes = list(differences.notes(left, right, _NAMES))
    if arguments.json:
        report = {"same": not found, "differences": [each.as_json(_NAMES) for each in found], "notes": notes}
        print(json.dumps(report, ensure_ascii=False))
    else:
        for difference in found:
            print(difference.text(_NAMES))
        for note in notes:
            print(f"note: {note}")
        print("no difference" if not found else "1 difference" if len(found) == 1 else f"{len(found)} differences")
    return 1 if found else 0


def _reader(place: str, name: str, replicas: _Replicas) -> Callable[[], catalog.Catalog]:
    """Return a function that reads the catalog of a place. Raises UsageError."""
    kind, _, rest = place.partition(":")
    if not place.strip():
        raise UsageError(f"{name} is empty; expected {_PLACE}")
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


class _Replicas:
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

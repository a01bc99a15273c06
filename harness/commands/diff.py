"""`diff A B`: one line for each difference of two databases' schemas. 0 same, 1 different, 2 could not compare."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import psycopg

from harness import catalog, differences, environments, reach
from harness.errors import Refusal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from harness.postgres import Server
    from harness.templates import State, Templates

_NAMES = ("A", "B")
_STATES = ("baseline", "aligned")
_PLACE = (
    "a connection string, live:ENVIRONMENT (its CONNECT_…_DSN), or replica:ENVIRONMENT[:STATE]"
    " (aligned by default, or baseline)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("a", metavar="A", help=_PLACE)
    parser.add_argument("b", metavar="B", help="the same")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(arguments: argparse.Namespace) -> int:
    """Read both at once, and print what differs. Raises Refusal."""
    with ExitStack() as stack:
        replicas = _Replicas(stack)
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
    """What reads the catalog of a place. Raises Refusal."""
    kind, _, rest = place.partition(":")
    if not place.strip():
        raise Refusal(f"{name} is empty; expected {_PLACE}")
    if place in environments.REPLICAS:
        raise Refusal(f"{name}: '{place}' is an environment; say live:{place} or replica:{place}")
    if kind == "live":
        return lambda: _read_live(rest)
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


def _read_live(name: str) -> catalog.Catalog:
    from harness import live

    with live.connect(environments.chosen([name], live_only=True)[0]) as connection:
        return catalog.read(connection)


class _Replicas:
    """Throw-away copies of an environment, all on one server, which starts with the first."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._templates: Templates | None = None

    def clone(self, name: str, state: str = "aligned", *more: str) -> str:
        """The connection string of a copy."""
        if name not in environments.REPLICAS or state not in _STATES or more:
            given = ":".join((name, state, *more))
            known = ", ".join(environments.REPLICAS)
            raise Refusal(f"unknown replica '{given}'; expected one of {known}, then :baseline or :aligned")
        chosen: State = "baseline" if state == "baseline" else "aligned"
        return self._stack.enter_context(self._opened().clone(environments.REPLICAS[name], chosen))

    def _opened(self) -> Templates:
        if self._templates is None:
            from harness.postgres import acquire
            from harness.templates import Templates

            server: Server = self._stack.enter_context(closing(acquire()))
            self._templates = self._stack.enter_context(closing(Templates(server)))
        return self._templates

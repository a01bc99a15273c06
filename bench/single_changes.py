"""How many single changes of a database each command that compares two misses, beside the rivals that are installed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg

from bench import comparers
from bench.measure import Line, Row
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHANGES = paths.ROOT / "tests" / "pgproof" / "catalog" / "changes"
_SECONDS = 60
# The rivals compare schemas, not properties of the database itself.
_NOT_ASKED = ("base", "database")


def rows() -> Iterator[Row | Line]:
    """Yield how many changes of tests/pgproof/catalog/changes each misses, saying what it says without one; and which.

    It takes some minutes.
    """
    known = [each for each in comparers.known() if each.version]
    missed: dict[str, list[str]] = {each.name: [] for each in known}
    base = (_CHANGES / "base.sql").read_text()
    asked = 0
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        templates.clone(REPLICAS["prod"], "aligned") as one,
    ):
        _execute(one, base)
        with templates.clone(REPLICAS["prod"], "aligned") as two:
            _execute(two, base)
            quiet = {each.name: each.run(one, two, _SECONDS).said for each in known}
        for line, change in _single_changes():
            with templates.clone(REPLICAS["prod"], "aligned") as two:
                _execute(two, base, change)
                asked += 1
                for each in known:
                    if each.run(one, two, _SECONDS).said == quiet[each.name]:
                        missed[each.name].append(line)
    for name, lines in missed.items():
        yield Row(f"{name}, missed of {asked}", [float(len(lines))], "")
        yield from (Line("", line) for line in lines)


def _single_changes() -> Iterator[tuple[str, str]]:
    for file in sorted(_CHANGES.glob("*.sql")):
        if file.stem not in _NOT_ASKED:
            for block in file.read_text().strip().split("\n\n"):
                line, _, change = block.partition("\n")
                # Left out: what is written into the catalog by hand, which no rival need understand, and subscriptions,
                # because a database that has one cannot be dropped.
                if "UPDATE pg_" not in change and "SUBSCRIPTION" not in change:
                    yield line.removeprefix("-- "), change


def _execute(conninfo: str, *scripts: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for script in scripts:
            connection.execute(script.encode())

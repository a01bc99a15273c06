"""How many single changes of a database each command that compares two misses.

The changes are those by which our own comparison is tested. One is missed if a command says what it says without it.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

import psycopg

from bench import comparers
from bench.measure import Line, Row
from bench.verdicts import Absent, Told
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.comparers import Comparer
    from bench.verdicts import Verdict

_CHANGES = paths.ROOT / "tests" / "pgproof" / "catalog" / "changes"
_SECONDS = 60
_WHAT = "single changes told"
# The rivals compare schemas, not properties of the database itself.
_NOT_ASKED = ("base", "database")


def rows(known: Sequence[Comparer] | None = None, most: int | None = None) -> Iterator[Row | Line | Verdict]:
    """Yield how many changes of tests/pgproof/catalog/changes each misses, saying what it says without one; and which.

    Nothing here is a time, so as many comparisons run at once as there are cores. known: the commands, ours first; all
    if not given. most: how many changes to ask for, all if not given.
    """
    known = comparers.known() if known is None else known
    able = [each for each in known if each.version]
    base = (_CHANGES / "base.sql").read_text()
    changes = dict(islice(_single_changes(), most))
    told: dict[str, set[str]] = {each.name: set() for each in able}
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        templates.clone(REPLICAS["prod"], "aligned") as one,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        _execute(one, base)
        with templates.clone(REPLICAS["prod"], "aligned") as two:
            _execute(two, base)
            quiet = {each.name: each.run(one, two, _SECONDS).said for each in able}
        for line, change in changes.items():
            with templates.clone(REPLICAS["prod"], "aligned") as two:
                _execute(two, base, change)
                ran = pool.map(lambda each, two=two: (each.name, each.run(one, two, _SECONDS).said), able)
                for name, said in ran:
                    if said != quiet[name]:
                        told[name].add(line)
    for name, lines in told.items():
        missed = [line for line in changes if line not in lines]
        yield Row(f"{name}, missed of {len(changes)}", [float(len(missed))], "")
        yield from (Line("", line) for line in missed)
    for each in known[1:]:
        if each.version is None:
            yield Absent(each.name, _WHAT, "not installed")
        else:
            yield Told(each.name, _WHAT, told[known[0].name], told[each.name], len(changes))


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

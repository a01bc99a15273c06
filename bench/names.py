"""The benchmarks by name, and how one is run: its modules are imported only then.

So what one of them needs that is not installed keeps no other one from running.
"""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING

from bench.measure import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from bench.measure import Line, Row
    from bench.verdicts import Verdict

# Beside what a user would pick instead: these make docs/benchmarks.md.
BESIDE = {
    "pgtap": "bench.beside.pgtap",
    "diff": "bench.diff",
    "single-changes": "bench.single_changes",
    "linters": "bench.beside.linters",
    "databases": "bench.beside.databases",
    "naive-queries": "bench.beside.naive_queries",
    "workers": "bench.beside.workers",
}
# What our own parts cost, beside what they can't do without.
OWN = {
    "schema-run": "bench.schema_run",
    "rows": "bench.many_rows",
    "own-database": "bench.own_database",
    "server-start": "bench.server_start",
    "round-trips": "bench.round_trips",
    "far": "bench.far",
    "set-up": "bench.set_up",
    "stall": "bench.stall",
    "rehearse": "bench.rehearse",
    "stack-start": "bench.stack_start",
    "rest": "bench.rest",
    "realtime": "bench.realtime",
}
GROUPS = {"beside": tuple(BESIDE), "own": tuple(OWN)}


def chosen(names: list[str]) -> list[str]:
    """Return the benchmarks that are named, a group's in its place; those beside others if none is.

    Raises CouldNotRun for an unknown name.
    """
    found: list[str] = []
    for name in names or ["beside"]:
        if name not in GROUPS and name not in BESIDE and name not in OWN:
            raise CouldNotRun(f"unknown benchmark '{name}'; choose from {', '.join((*GROUPS, *BESIDE, *OWN))}")
        found += GROUPS.get(name, (name,))
    return list(dict.fromkeys(found))


def rows(name: str) -> Iterable[Row | Line | Verdict]:
    """Run a benchmark. Raises CouldNotRun if a package that it needs is not installed."""
    try:
        found: Iterable[Row | Line | Verdict] = module(name).rows()
        # Some packages are only imported as it goes on.
        yield from found
    except ModuleNotFoundError as error:
        raise CouldNotRun(f"the package '{error.name}' is not installed; run `make setup-all`") from None


def about(name: str) -> str:
    """Return what a benchmark says of itself: the text at the top of its module."""
    return inspect.getdoc(module(name)) or ""


def module(name: str) -> ModuleType:
    """Import a benchmark and return it."""
    return importlib.import_module(BESIDE.get(name) or OWN[name])

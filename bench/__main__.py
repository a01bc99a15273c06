"""`python -m bench [NAME…] [--write FILE]`: run all benchmarks, or the named ones; and write what they printed.

Exit code 0, also if a bound is exceeded; 1 if a benchmark could not run; 4 if a name is unknown; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench import (
    diff,
    far,
    many_rows,
    own_database,
    realtime,
    rehearse,
    rest,
    round_trips,
    schema_run,
    server_start,
    set_up,
    single_changes,
    stack_start,
    stall,
)
from bench.measure import CouldNotRun, table
from bench.surroundings import own_surroundings
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bench.measure import Line, Row

BENCHMARKS: dict[str, Callable[[], Iterable[Row | Line]]] = {
    "schema-run": schema_run.rows,
    "rows": many_rows.rows,
    "own-database": own_database.rows,
    "server-start": server_start.rows,
    "round-trips": round_trips.rows,
    "far": far.rows,
    "set-up": set_up.rows,
    "diff": diff.rows,
    "single-changes": single_changes.rows,
    "stall": stall.rows,
    "rehearse": rehearse.rows,
    "stack-start": stack_start.rows,
    "rest": rest.rows,
    "realtime": realtime.rows,
}

_READING = """\
What is compared took turns, so that noise hits all of it alike: quote the ratios, not the times. Memory is that of the
largest process of a command. A rival that is not installed, fails or does not answer is named in place of its figures;
`make bench` installs them in `bench/rivals`."""


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, one after the other; print a table for each, and return the exit code."""
    file = None
    command = " ".join(["python -m bench", *names])
    if "--write" in names[-2:-1]:
        *names, _, file = names
    for name in names:
        if name not in BENCHMARKS:
            print(f"unknown benchmark '{name}'; choose from {', '.join(BENCHMARKS)}", file=sys.stderr)
            return 4
    began = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
    print(began)
    tables: list[str] = []
    outcome = 0
    try:
        with own_surroundings():
            for name in names or BENCHMARKS:
                try:
                    tables.append(table(name, BENCHMARKS[name]()))
                    print("\n" + tables[-1], flush=True)
                except (CouldNotRun, UsageError) as reason:
                    print(f"\n{name} could not run: {reason}", flush=True)
                    outcome = 1
    except (CouldNotRun, UsageError) as reason:
        print(f"could not run: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    if file is not None and outcome == 0:
        Path(file).write_text(_page(command, began, tables))
    return outcome


def _page(command: str, began: str, tables: list[str]) -> str:
    machine = f"Python {platform.python_version()}, {platform.system()} on {platform.machine()}, {began}"
    return "\n".join(
        ("# Benchmarks", "", f"Written by `{command}`: {machine}.", "", _READING, "", *map(_block, tables))
    )


def _block(text: str) -> str:
    return f"```text\n{text}\n```\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

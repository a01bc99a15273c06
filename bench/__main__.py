"""`python -m bench [NAME…]`: run all benchmarks, or the named ones.

Exit code 0, also if a bound is exceeded; 1 if a benchmark could not run; 4 if a name is unknown; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys

from bench import diff, own_database, realtime, rest, round_trips, schema_run, server_start, set_up, stack_start, stall
from bench.measure import CouldNotRun, table
from bench.surroundings import own_surroundings
from pgproof.errors import UsageError

BENCHMARKS = {
    "schema-run": schema_run.rows,
    "own-database": own_database.rows,
    "server-start": server_start.rows,
    "round-trips": round_trips.rows,
    "set-up": set_up.rows,
    "diff": diff.rows,
    "stall": stall.rows,
    "stack-start": stack_start.rows,
    "rest": rest.rows,
    "realtime": realtime.rows,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, one after the other; print a table for each, and return the exit code."""
    for name in names:
        if name not in BENCHMARKS:
            print(f"unknown benchmark '{name}'; choose from {', '.join(BENCHMARKS)}", file=sys.stderr)
            return 4
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    outcome = 0
    try:
        with own_surroundings():
            for name in names or BENCHMARKS:
                try:
                    print("\n" + table(name, BENCHMARKS[name]()), flush=True)
                except (CouldNotRun, UsageError) as reason:
                    print(f"\n{name} could not run: {reason}", flush=True)
                    outcome = 1
    except (CouldNotRun, UsageError) as reason:
        print(f"could not run: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

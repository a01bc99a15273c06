"""`python -m bench [NAME…] [--write FILE]`: run benchmarks, and write a page of what they measured.

A name is that of a benchmark, or of a group: `beside` (the default: beside what a user would pick, which makes
docs/benchmarks.md) or `own` (what our own parts cost). Exit code 0, also if a bound is exceeded; 1 if a benchmark could
not run, and then no page is written; 4 if a name is unknown; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from bench import names
from bench.measure import CouldNotRun, Line, Row, table
from bench.page import Section, page
from bench.surroundings import own_surroundings
from bench.verdicts import Verdict
from pgproof.errors import UsageError


def main(words: list[str]) -> int:
    """Run the benchmarks one after the other; print a table for each, and return the exit code."""
    file = None
    if "--write" in words[-2:-1]:
        *words, _, file = words
    try:
        chosen = names.chosen(words)
    except CouldNotRun as unknown:
        print(unknown, file=sys.stderr)
        return 4
    began = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
    print(began)
    sections: list[Section] = []
    try:
        with own_surroundings():
            for name in chosen:
                try:
                    sections.append(_run(name))
                except (CouldNotRun, UsageError) as reason:
                    print(f"\n{name} could not run: {reason}", flush=True)
    except (CouldNotRun, UsageError) as reason:
        print(f"could not run: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    if len(sections) < len(chosen):
        return 1
    if file is not None:
        Path(file).write_text(page(" ".join(["python -m bench", *words]), began, sections), encoding="utf-8")
    return 0


def _run(name: str) -> Section:
    began = time.perf_counter()
    found = list(names.rows(name))
    text = table(name, [each for each in found if isinstance(each, Row | Line)])
    verdicts = [each for each in found if isinstance(each, Verdict)]
    print(f"\n{text}")
    for each in verdicts:
        print(f"  {each.rival}, {each.what}: {' – '.join(filter(None, (each.figure, each.verdict)))}")
    sys.stdout.flush()
    return Section(name, names.about(name), text, verdicts, time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`rehearse`: is a migration safe, atomic and reversible? 0 it is, 1 it is not, 2 could not be rehearsed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from harness.errors import Refusal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    from harness.rehearsal.findings import MEANINGS

    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "findings:\n" + "\n".join(f"  {name}: {meaning}" for name, meaning in MEANINGS.items())
    files: dict[str, Any] = {"nargs": "+", "metavar": "FILE", "action": "extend"}
    parser.add_argument("--baseline", required=True, help="the schema (and rows) to begin with, in order", **files)
    parser.add_argument("--up", required=True, help="the migration, in order", **files)
    parser.add_argument("--down", default=[], help="what undoes it, in order", **files)
    parser.add_argument("--bad-data", default=[], help="each makes rows that the migration must refuse", **files)
    parser.add_argument(
        "--platform",
        choices=("supabase", "none"),
        default="supabase",
        help="supabase (default): its roles, schema auth and publication come before the baseline",
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of every session")
    parser.add_argument(
        "--messages", type=int, nargs="*", default=[100_000], metavar="N", help="measure stalls at so many, too"
    )
    parser.add_argument("--stall-bound", type=float, metavar="MS", help="the longest that a send may wait")
    parser.add_argument(
        "--accept", action="append", default=[], choices=MEANINGS, metavar="FINDING", help="is all right"
    )
    parser.add_argument(
        "--pg-version", type=int, default=17, metavar="N", help="PostgreSQL to rehearse on (default 17)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def run(arguments: argparse.Namespace) -> int:
    """Rehearse, print the report. Raises Refusal."""
    from harness import rehearsal
    from harness.rehearsal import writing

    if any(name.startswith("live:") for name in arguments.baseline):
        raise Refusal("a live baseline is not supported yet; dump its schema (pg_dump --schema-only) into a file")
    order = rehearsal.Order(
        baseline=[Path(name) for name in arguments.baseline],
        ups=[Path(name) for name in arguments.up],
        downs=[Path(name) for name in arguments.down],
        bad_data=[Path(name) for name in arguments.bad_data],
        supabase=arguments.platform == "supabase",
        settings=dict(_setting(each) for each in arguments.set),
        sizes=arguments.messages,
        bound=arguments.stall_bound,
        accepted=frozenset(arguments.accept),
        version=arguments.pg_version,
    )
    report = rehearsal.rehearse(order)
    print(writing.as_json(report) if arguments.json else writing.as_text(report))
    return report.exit_code


def _setting(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name:
        raise Refusal(f"--set {given}: expected NAME=VALUE")
    return name, value

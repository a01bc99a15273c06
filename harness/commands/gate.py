"""`gate`: everything on replicas, then the live databases, read-only; one report. What a deploy waits for.

0 all held, 1 something failed, 4 it could not be held, such as for want of a DSN.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness import paths
from harness.commands import report
from harness.environments import REPLICAS

if TYPE_CHECKING:
    import argparse

_READS = "schema or security or parity"
_ASKED_WRONGLY = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--env", action="append", default=[], choices=list(REPLICAS), help="which; both if not given")
    parser.add_argument("--only", choices=("replicas", "live"), help="half of it")
    parser.add_argument("--folder", type=Path, default=report.FOLDER, help="gets the report (default: report/)")
    parser.add_argument("-m", dest="marked", default="not harness", help="what runs on replicas (default: not harness)")


def run(arguments: argparse.Namespace) -> int:
    """Hold the gate, write the report, tell GitHub if it is there."""
    from harness.reporting import github

    folder = arguments.folder.absolute()
    for old in (folder / "results").glob("*.json"):
        # A report tells of this gate only.
        old.unlink()
    chosen = [word for name in arguments.env for word in ("--env", name)]
    codes = []
    if arguments.only != "live":
        codes.append(_pytest(folder, "replicas", ["-n", "2", "-m", arguments.marked, *chosen], _without_live()))
    if arguments.only != "replicas":
        codes.append(_pytest(folder, "live", ["-m", _READS, "--live", *chosen], dict(os.environ)))
    kept = report.kept(folder)
    report.write(kept, folder)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        github.tell(kept)
    worst = max(codes)
    return worst if worst in (0, 1) else _ASKED_WRONGLY


def _pytest(folder: Path, name: str, words: list[str], environment: dict[str, str]) -> int:
    from harness.reporting import results

    print(f"gate: {name}", flush=True)
    file = folder / "results" / f"{name}.json"
    kept = ["--results", str(file), "--junitxml", str(folder / f"junit-{name}.xml")]
    command = [sys.executable, "-m", "pytest", *words, *kept]
    started = datetime.now(UTC).isoformat(timespec="seconds")
    code = subprocess.run(command, cwd=paths.ROOT, env=environment, check=False).returncode
    if not file.exists():
        # What did not even begin is part of the report, or the report would read as if all had held.
        results.write(results.Run(shlex.join(["pytest", *words]), started, 0, code, [], []), file)
    return code


def _without_live() -> dict[str, str]:
    """The variables of this process but for the live databases: the first half of the gate is about replicas."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_DSN")}
    return {**kept, "CONNECT_ENV_FILE": os.devnull}

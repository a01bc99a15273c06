"""`gate`: everything on replicas, then the live databases, read-only; one report. What a deploy waits for.

0 all held, 1 something failed, 4 it could not be held, such as for want of a DSN. 2 a setting cannot be
read, before anything ran.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.cli import report

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from pgproof.project import Project

_JUDGES_ONE = "schema or security"
_COMPARES = "parity"
_UNFINISHED = 4
# What a gate, and the tests that it runs, leave in its folder.
_MADE = ("results", "pictures", "index.html", "mutation.json", "junit-*.xml", "*--test_*")
# Of the live databases alone.
_LIVE = ("_DSN", "_EXPECTED_MESSAGES")


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--env", action="append", default=[], choices=list(project.environments), help="which; all if not given"
    )
    parser.add_argument("--only", choices=("replicas", "live"), help="half of it")
    parser.add_argument(
        "--folder", type=Path, default=report.folder_of(project), help="gets the report (default: report/)"
    )
    parser.add_argument("-m", dest="marked", default="not harness", help="what runs on replicas (default: not harness)")


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Hold the gate, write the report, tell GitHub if it is there. Raises UsageError."""
    from pgproof.reporting import github

    folder = arguments.folder.absolute()
    _empty(folder)
    dsns = _dsns(project) if arguments.only != "replicas" else {}
    kept_in = folder / "results"
    codes = []
    if arguments.only != "live":
        words = ["-n", "2", "-m", arguments.marked, "--mutation-report", str(folder / "mutation.json")]
        codes.append(_pytest(project, kept_in / "replicas.json", words, _without_live(project), project.environments))
    if arguments.only != "replicas":
        codes += _live(project, kept_in, arguments.env, dsns)
    kept = report.kept(folder)
    report.write(kept, project, folder)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        github.tell(kept, project)
    return worst(codes)


def worst(codes: Sequence[int]) -> int:
    """What the gate ends with: a run that was killed, with a code below 0, is no run in which all held."""
    return max(codes) if set(codes) <= {0, 1} else _UNFINISHED


def scrub(file: Path, dsns: Iterable[str]) -> None:
    """Take these connection strings and their passwords out of an XML file."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    from pgproof.scrub import Scrubber

    scrubber = Scrubber()
    for dsn in dsns:
        secrets = [dsn, dsn.partition("://")[2].rpartition("@")[0].partition(":")[2]]
        # Of what is not a connection string at all the run itself says so.
        with suppress(psycopg.ProgrammingError):
            secrets.append(str(conninfo_to_dict(dsn).get("password") or ""))
        scrubber.learn(*secrets)
    file.write_text(scrubber.text(file.read_text(encoding="utf-8")), encoding="utf-8")


def _empty(folder: Path) -> None:
    """A report tells of this gate only."""
    for pattern in _MADE:
        for old in folder.glob(pattern):
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink()


def _dsns(project: Project) -> dict[str, str]:
    """The live databases that are known, by the names of their environments. Raises UsageError."""
    settings = project.settings()
    found = {name: None if settings is None else settings.get(name, "dsn") for name in project.environments}
    return {name: dsn.get_secret_value() for name, dsn in found.items() if dsn is not None}


def _live(project: Project, kept_in: Path, names: list[str], dsns: dict[str, str]) -> list[int]:
    """One environment is compared with the other where that one is known, too, but only it is judged by itself."""
    chosen = [word for name in names for word in ("--env", name)]
    known = project.environments
    apart = bool(names) and len(set(names)) < len(known) and len(dsns) == len(known)
    marked = _JUDGES_ONE if apart else f"{_JUDGES_ONE} or {_COMPARES}"
    everything = dict(os.environ)
    words = ["-m", marked, "--live", *chosen]
    codes = [_pytest(project, kept_in / "live.json", words, everything, names or known, dsns.values())]
    if apart:
        words = ["-m", _COMPARES, "--live"]
        codes.append(_pytest(project, kept_in / f"live-{_COMPARES}.json", words, everything, known, dsns.values()))
    return codes


def _pytest(
    project: Project,
    file: Path,
    words: list[str],
    variables: dict[str, str],
    judged: Iterable[str],
    dsns: Iterable[str] = (),
) -> int:
    """Run it, and keep what came of it as this file. judged: the environments that it is about."""
    from pgproof.reporting import results

    print(f"gate: {file.stem}", flush=True)
    junit = file.parent.parent / f"junit-{file.stem}.xml"
    command = [sys.executable, "-m", "pytest", *words, "--results", str(file), "--junitxml", str(junit)]
    started = datetime.now(UTC).isoformat(timespec="seconds")
    code = subprocess.run(command, cwd=project.root, env=variables, check=False).returncode
    if junit.exists():
        scrub(junit, dsns)
    if not file.exists():
        # What did not even begin is part of the report, or the report would read as if all had held.
        how = "live" if "--live" in words else "replica"
        asked = [results.Judged(each, how, "") for each in judged]
        results.write(results.Run(shlex.join(["pytest", *words]), started, 0, code, asked, []), file)
    return code


def _without_live(project: Project) -> dict[str, str]:
    """The variables of this process but for the live databases: the first half of the gate is about replicas."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(_LIVE)}
    return {**kept, f"{project.prefix}_ENV_FILE": os.devnull}

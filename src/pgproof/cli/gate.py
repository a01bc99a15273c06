"""`gate`: everything on replicas, then the live databases, read-only, in one report. A deploy waits for it.

It begins by connecting to the live databases, so that a wrong password is told at once, not after the replicas.

Exit code 0: everything held; 1: something failed; 4: a run did not finish, or a live database cannot be judged, for
example because its DSN is missing, and nothing ran; 2: a setting cannot be read, and nothing ran.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof import environments
from pgproof.cli import report
from pgproof.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterable, Sequence

    from pgproof.project import Project

_JUDGES_ONE = "schema or security"
_COMPARES = "parity"
_UNFINISHED = 4
# In parallel, if pytest-xdist is installed.
_WORKERS = ("-n", "2") if find_spec("xdist") is not None else ()
# The names of a gate's runs.
_RUNS = ("replicas", "live", f"live-{_COMPARES}")
# What a gate and its tests leave in its folder; anything else there is not the gate's to remove.
_MADE = (
    *(f"results/{run}.json" for run in _RUNS),
    *(f"junit-{run}.xml" for run in _RUNS),
    "index.html",
    "mutation.json",
    "pictures/*.png",
    "*--test_*.html",
    "*--test_*/trace.zip",
)
# The endings of variables that concern live databases only.
_LIVE = ("_DSN", "_EXPECTED_MESSAGES")


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        choices=list(project.environments),
        help="a live environment to judge (default: all)",
    )
    parser.add_argument("--only", choices=("replicas", "live"), help="run only this half")
    parser.add_argument(
        "--folder", type=Path, default=report.folder_of(project), help="where the report is written (default: report/)"
    )
    parser.add_argument(
        "-m", dest="marked", default="not harness", help="the tests to run on replicas (default: not harness)"
    )


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Run the gate, write the report, tell GitHub in its Actions, and return the exit code. Raises UsageError."""
    from pgproof.reporting import github

    if not project.environments:
        raise UsageError(f"there is no environments.toml in {project.root} or above it; a gate needs a project's tests")
    if find_spec("pytest") is None:
        raise UsageError("a gate runs pytest, which is not installed here; install pgproof[pytest]")
    folder = arguments.folder.absolute()
    _empty(folder)
    dsns = _dsns(project) if arguments.only != "replicas" else {}
    kept_in = folder / "results"
    asked = arguments.env or list(project.environments)
    refused = [] if arguments.only == "replicas" else _refused(project, _reached(project, arguments.env, dsns))
    codes = []
    if refused:
        codes.append(_not_begun(kept_in / "live.json", refused, asked))
    elif arguments.only != "live":
        words = [*_WORKERS, "-m", arguments.marked, *project.hooks.gate_options(folder)]
        codes.append(_pytest(project, kept_in / "replicas.json", words, _without_live(project), project.environments))
    if arguments.only != "replicas" and not refused:
        codes += _live(project, kept_in, arguments.env, dsns)
    kept = report.kept(folder, _RUNS)
    report.write(kept, project, folder)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        github.tell(kept, project)
    return worst(codes)


def worst(codes: Sequence[int]) -> int:
    """Return the gate's exit code from those of its runs. Any but 0 and 1 counts as unfinished, also that of a kill."""
    return max(codes) if set(codes) <= {0, 1} else _UNFINISHED


def scrub(file: Path, dsns: Iterable[str]) -> None:
    """Remove these connection strings and their passwords from an XML file."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    from pgproof.scrub import Scrubber

    scrubber = Scrubber()
    for dsn in dsns:
        secrets = [dsn, dsn.partition("://")[2].rpartition("@")[0].partition(":")[2]]
        # If it is not a valid connection string, the run itself says so.
        with suppress(psycopg.ProgrammingError):
            secrets.append(str(conninfo_to_dict(dsn).get("password") or ""))
        scrubber.learn(*secrets)
    file.write_text(scrubber.text(file.read_text(encoding="utf-8")), encoding="utf-8")


def _empty(folder: Path) -> None:
    """Remove what an earlier gate left, so that its report is not believed."""
    for pattern in _MADE:
        for old in folder.glob(pattern):
            old.unlink()
            if old.parent != folder and not any(old.parent.iterdir()):
                old.parent.rmdir()


def _dsns(project: Project) -> dict[str, str]:
    """Return the known DSNs of live databases, by the names of their environments. Raises UsageError."""
    settings = project.settings()
    found = {name: None if settings is None else settings.get(name, "dsn") for name in project.environments}
    return {name: dsn.get_secret_value() for name, dsn in found.items() if dsn is not None}


def _compared_apart(project: Project, names: Sequence[str], dsns: Collection[str]) -> bool:
    """Return whether all environments are compared in a run of its own, beside the one that judges the named ones."""
    known = project.environments
    return bool(names) and len(set(names)) < len(known) and len(dsns) == len(known)


def _reached(project: Project, names: Sequence[str], dsns: Collection[str]) -> list[str]:
    """Return the names of all environments whose live databases this gate will read."""
    return list(project.environments) if not names or _compared_apart(project, names, dsns) else list(names)


def _refused(project: Project, names: Iterable[str]) -> list[str]:
    """Return why live databases cannot be judged, one text each."""
    from pgproof.postgres import live

    environments.forget_libpq_defaults()
    return list(live.refusals(names, project))


def _not_begun(file: Path, refused: Sequence[str], asked: Iterable[str]) -> int:
    """Say why nothing is run, keep that as the live run's result, and return its exit code."""
    from pgproof.reporting import results

    for text in refused:
        print(text, file=sys.stderr)
    judged = [results.Judged(name, "live", "") for name in asked]
    started = datetime.now(UTC).isoformat(timespec="seconds")
    # Of a text with statements below, the sentence.
    said = [f"everything, as {text.splitlines()[0]}" for text in refused]
    results.write(results.Run("gate", started, 0, _UNFINISHED, judged, [], said), file)
    return _UNFINISHED


def _live(project: Project, kept_in: Path, names: list[str], dsns: dict[str, str]) -> list[int]:
    """Judge the named environments on their own; compare all environments if all are known. Return exit codes."""
    chosen = [word for name in names for word in ("--env", name)]
    known = project.environments
    apart = _compared_apart(project, names, dsns)
    marked = _JUDGES_ONE if apart else f"{_JUDGES_ONE} or {_COMPARES}"
    everything = dict(os.environ)
    # A deploy waits for the whole truth.
    words = ["-m", marked, "--live", "--deep", *chosen]
    codes = [_pytest(project, kept_in / "live.json", words, everything, names or known, dsns=dsns.values())]
    if apart:
        words = ["-m", _COMPARES, "--live"]
        codes.append(_pytest(project, kept_in / f"live-{_COMPARES}.json", words, everything, known, dsns=dsns.values()))
    return codes


def _pytest(
    project: Project,
    file: Path,
    words: list[str],
    variables: dict[str, str],
    judged: Iterable[str],
    *,
    dsns: Iterable[str] = (),
) -> int:
    """Run pytest, keep its results as this file, and return its exit code. judged: the names of the environments."""
    from pgproof.reporting import results

    print(f"gate: {file.stem}", flush=True)
    junit = file.parent.parent / f"junit-{file.stem}.xml"
    named = [] if project.suite is None else [f"--project={project.root}"]
    command = [sys.executable, "-m", "pytest", *named, *words, "--results", str(file), "--junitxml", str(junit)]
    started = datetime.now(UTC).isoformat(timespec="seconds")
    code = subprocess.run(command, cwd=project.suite or project.root, env=variables, check=False).returncode
    if junit.exists():
        scrub(junit, dsns)
    if not file.exists():
        # A run that did not even begin is part of the report, or the report would read as if everything had held.
        how = "live" if "--live" in words else "replica"
        asked = [results.Judged(each, how, "") for each in judged]
        results.write(results.Run(shlex.join(["pytest", *words]), started, 0, code, asked, []), file)
    return code


def _without_live(project: Project) -> dict[str, str]:
    """Return this process's variables without those of live databases: the gate's first half is about replicas."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(_LIVE)}
    return {**kept, f"{project.prefix}_ENV_FILE": os.devnull}

"""Fifty tests, each with a migrated database of its own: our fixture, pytest-postgresql and testing.postgresql.

A database is production's baseline with its rows and 001–003. Each is a whole pytest run with the same server programs,
on the same file system; all begin without a server, ours with its cached cluster, as from the second run on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench import rivals
from bench.measure import CouldNotRun, Line, Row, in_turns, seconds
from bench.surroundings import wait_until_quiet
from bench.verdicts import Absent, Beside
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.paths import run_dir
from pgproof.postgres import acquire, binaries, privilege
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.verdicts import Verdict

DATABASES = 50
OURS = "own fixtures"
_ROUNDS = 2
_TESTS = Path(__file__).with_name("fifty")
_RIVALS = {"pytest-postgresql": "with_pytest_postgresql.py", "testing.postgresql": "with_testing_postgresql.py"}
_INI = "[pytest]\n"


def rows(databases: int = DATABASES, rounds: int = _ROUNDS) -> Iterator[Row | Line | Verdict]:
    """Yield the time of each. databases: how many. Without an uncounted turn, since each starts from nothing anyway."""
    versions = {name: rivals.version(name) for name in _RIVALS}
    for name, version in versions.items():
        yield Line(name, version or "not installed")
    yield Line("  ours", f"DATABASES={databases} python -m pytest {_TESTS.relative_to(paths.ROOT)}/with_ours.py")
    with tempfile.TemporaryDirectory(dir=run_dir()) as made:
        folder = Path(made)
        privileges = privilege.unprivileged()
        _share(folder, privileges)
        files = _files(folder)
        steps = {OURS: partial(_run, databases, folder, files)}
        failed: dict[str, str] = {}
        for name, version in versions.items():
            if version is None:
                failed[name] = "not installed"
                continue
            step = partial(_run, databases, folder, files, _RIVALS[name], privileges)
            try:
                # One database, to see whether it works here at all.
                _run(1, folder, files, _RIVALS[name], privileges)
            except CouldNotRun as reason:
                failed[name] = str(reason)
            else:
                steps[name] = step
        taken = in_turns(*(partial(_taken, name, step) for name, step in steps.items()), rounds=rounds, warm=True)
    yield Row(f"{OURS}, {databases} databases", taken[OURS])
    for name in versions:
        if name in failed:
            yield Line(name, failed[name])
            yield Absent(name, f"time, {databases} migrated databases", failed[name])
            continue
        yield Row(f"{name}, {databases} databases", taken[name])
        yield Row(f"  ours against {name}", taken[OURS], against=taken[name])
        each = [min(taken[who]) / databases * 1000 for who in (OURS, name)]
        because = f"{each[0]:.0f} ms for a database to its {each[1]:.0f} ms"
        yield Beside(name, f"time, {databases} migrated databases", taken[OURS], taken[name], because)


def _taken(name: str, step: partial[None]) -> dict[str, float]:
    wait_until_quiet()
    return {name: seconds(step)}


def _share(folder: Path, rights: privilege.Privilege) -> None:
    """Let the server's user work in a folder, where it is another one than ours."""
    if rights.user is not None:
        run_dir().chmod(0o711)
        os.chown(folder, rights.user, -1)


def _files(folder: Path) -> list[Path]:
    """Return the SQL that makes a database as ours is made, in order; the rows are written into the folder."""
    environment = REPLICAS["prod"]
    rows_file = folder / "rows.sql"
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        templates.clone(environment, "baseline") as conninfo,
    ):
        rows_file.write_text(rows_of(conninfo), encoding="utf-8")
    migrations = sorted(paths.SQL.glob("00[123]_*.sql"))
    return [*PROJECT.seed.files, *environment.baseline, rows_file, *migrations]


def rows_of(conninfo: str) -> str:
    """Return the rows of a database as one script that any client can run."""
    program = binaries.find(17).bin_dir / "pg_dump"
    dump = [str(program), "--data-only", "--inserts", "--schema=public", "--schema=auth", f"--dbname={conninfo}"]
    inserts = [
        line for line in rivals.said(dump).splitlines(keepends=True) if not line.startswith(("\\", "SET ", "SELECT "))
    ]
    return "SET session_replication_role = replica;\n" + "".join(inserts) + "RESET session_replication_role;\n"


def _run(
    databases: int,
    folder: Path,
    files: list[Path],
    test: str = "with_ours.py",
    rights: privilege.Privilege | None = None,
) -> None:
    """Run the tests of one package. rights: how a server is run here, for whoever can't see to it itself.

    Raises CouldNotRun with its last words if one fails.
    """
    variables = {
        **os.environ,
        "DATABASES": str(databases),
        "FILES": ":".join(map(str, files)),
        "PROGRAMS": str(binaries.find(17).bin_dir),
    }
    if rights is None:
        command = [sys.executable, "-m", "pytest", "-q", str(_TESTS / test)]
    else:
        (folder / "pytest.ini").write_text(_INI)
        command = [*rights.prefix, rivals.python(), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += [f"--rootdir={folder}", f"--config-file={folder / 'pytest.ini'}", f"--confcutdir={_TESTS}"]
        command += ["--import-mode=importlib", str(_TESTS / test)]
        variables |= {"TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    user = None if rights is None else rights.user
    done = subprocess.run(
        command, cwd=paths.ROOT, env=variables, user=user, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or f"{databases} passed" not in done.stdout:
        words = (done.stdout + done.stderr).strip().splitlines() or ["nothing"]
        raise CouldNotRun(f"pytest {test} ended with {done.returncode} and said {words[-1][:300]}")

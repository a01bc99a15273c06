"""The guide's checks as we make them: a live run, and 004, with what each decided."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from bench.beside import psql
from bench.measure import CouldNotRun
from connect import paths
from pgproof.scripts import migration

if TYPE_CHECKING:
    from collections.abc import Sequence

LIVE = ("-m", "pytest", "-m", "schema", "--live", "--env", "prod", "-q")
_INCONCLUSIVE = "inconclusive"


class Answers(NamedTuple):
    """How many checks passed, and which were not decided: too much would have had to be read."""

    passed: int
    undecided: Sequence[str] = ()

    def __str__(self) -> str:
        """Return the count, and what is missing from it."""
        return f"{self.passed}" + (f" and leaves {', '.join(self.undecided)} undecided" if self.undecided else "")


def as_verifier(conninfo: str) -> str:
    """Make the role that a live run asks for in a database, and return how it connects there."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        migration.apply(connection, paths.SQL / "verifier_role.sql")
    return make_conninfo(conninfo, user="connect_verifier")


def live(conninfo: str) -> Answers:
    """Judge a database by a live run. Raises CouldNotRun if a check fails that is not inconclusive."""
    done = subprocess.run(
        [sys.executable, *LIVE],
        cwd=paths.ROOT,
        # Wide enough for the whole of a reason.
        env={**os.environ, "CONNECT_PROD_DSN": conninfo, "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    found = re.search(r"(\d+) passed", done.stdout)
    if not found or done.returncode not in (0, 1) or any(_INCONCLUSIVE not in line for line in failed):
        words = (done.stdout + done.stderr).strip().splitlines()[-5:]
        raise CouldNotRun(f"the live run ended with {done.returncode}: {' | '.join(words)[:1000]}")
    return Answers(int(found[1]), sorted(line.split("::")[-1].split(" - ")[0] for line in failed))


def validated(conninfo: str) -> Answers:
    """Judge a database by 004, run by psql. Raises CouldNotRun if a row of it says FAIL."""
    lines = psql.run(conninfo, paths.SQL / "004_validation.sql").splitlines()
    if failed := [line for line in lines if "✗ FAIL" in line]:
        raise CouldNotRun(f"004 says {' | '.join(failed)[:1000]}")
    undecided = [line.split("|")[0].strip() for line in lines if "? INCONCLUSIVE" in line]
    return Answers(sum("✓ PASS" in line for line in lines), undecided)

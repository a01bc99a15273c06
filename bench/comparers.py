"""The commands that compare two databases: ours, and its rivals where they are installed in bench/rivals.

CONNECT_RIVALS names another folder with a node_modules and a .venv that hold them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from bench.measure import CouldNotRun
from connect import paths
from pgproof import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "python -m harness diff"
PG_DELTA = "pg-delta"
_HERE = Path(__file__).with_name("one_command.py")
_PYTHON_PATH = "lib/python*/site-packages/results-*.dist-info/METADATA"


@dataclass(frozen=True)
class Ran:
    """One run of a command. peak: memory in MiB. code: None if it was ended because it took too long.

    said: its output. complained: what it wrote to standard error.
    """

    seconds: float
    peak: float
    code: int | None
    said: str
    complained: str = ""


@dataclass(frozen=True)
class Comparer:
    """A command that compares two databases. version: None if it is not installed."""

    name: str
    version: str | None
    command: Callable[[str, str], list[str]]
    done: tuple[int, ...]

    def run(self, one: str, two: str, limit: float) -> Ran:
        """Run it on two connection strings. limit: after how many seconds it is ended."""
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "output"
            words = [sys.executable, "-I", "-S", str(_HERE), str(output), str(limit), *self.command(one, two)]
            # As on a user's machine, Python keeps what it compiled; the first run of each command is not counted.
            surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
            measured = subprocess.run(
                words, cwd=paths.ROOT, env=surroundings, capture_output=True, text=True, check=False
            )
            if measured.returncode != 0:
                raise CouldNotRun(f"{self.name} could not be started: {measured.stderr.strip().splitlines()[-1]}")
            took, peak, *code = measured.stdout.split()
            texts = output.read_text(), output.with_name("output.errors").read_text()
            return Ran(float(took), int(peak) / 1024, int(code[0]) if code else None, *texts)


def known() -> list[Comparer]:
    """Return all of them, ours first, installed or not."""
    folder = Path(os.environ.get("CONNECT_RIVALS") or Path(__file__).with_name("rivals"))
    node, python = folder / "node_modules", folder / ".venv"
    return [
        Comparer(OURS, __version__, lambda one, two: [sys.executable, "-m", "harness", "diff", one, two], (0, 1)),
        Comparer(
            PG_DELTA,
            _node_version(node / "@supabase" / "pg-delta" / "package.json"),
            lambda one, two: [str(node / ".bin/pgdelta"), "diff", "--source", _url(one), "--desired", _url(two)],
            (0,),
        ),
        Comparer(
            "results",
            _python_version(python),
            lambda one, two: [str(python / "bin/results"), "dbdiff", "--with-privileges", _url(one), _url(two)],
            (0, 2),
        ),
    ]


def _node_version(file: Path) -> str | None:
    return str(json.loads(file.read_text())["version"]) if file.exists() else None


def _python_version(folder: Path) -> str | None:
    for file in folder.glob(_PYTHON_PATH):
        return file.parent.name.removesuffix(".dist-info").partition("-")[2]
    return None


def _url(conninfo: str) -> str:
    parameters = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    return f"postgresql://{parameters['user']}@/{parameters['dbname']}?host={quote(parameters['host'], safe='')}"

"""The commands that compare two databases: ours, and its rivals where they are installed."""

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

from bench import rivals
from bench.measure import CouldNotRun
from connect import paths
from pgproof import __version__
from pgproof.postgres import binaries

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "python -m harness diff"
PG_DELTA = "pg-delta"
PG_DUMP = "pg_dump | diff"
BARE = "a Python that only connects"
_ONLY_CONNECTS = "import sys, psycopg; [psycopg.connect(each).close() for each in sys.argv[1:]]"
# Both dumps at once, as a person's shell would take them; an exit code of its own where one fails.
_DUMPED = """
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
"$@" --schema-only --dbname="$ONE" >"$folder/one" & one=$!
"$@" --schema-only --dbname="$TWO" >"$folder/two" & two=$!
wait $one || exit 9
wait $two || exit 9
diff "$folder/one" "$folder/two"
"""
_HERE = Path(__file__).with_name("one_command.py")


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


def ours() -> Comparer:
    """Return our own command."""
    return Comparer(OURS, __version__, lambda one, two: [sys.executable, "-m", "harness", "diff", one, two], (0, 1))


def known() -> list[Comparer]:
    """Return all of them, ours first, installed or not."""
    node = rivals.folder() / "node_modules"
    return [
        ours(),
        Comparer(
            PG_DELTA,
            _node_version(node / "@supabase" / "pg-delta" / "package.json"),
            lambda one, two: [str(node / ".bin/pgdelta"), "diff", "--source", _url(one), "--desired", _url(two)],
            (0,),
        ),
        Comparer(
            "results",
            rivals.version("results"),
            lambda one, two: [rivals.program("results"), "dbdiff", "--with-privileges", _url(one), _url(two)],
            (0, 2),
        ),
        pg_dump(),
    ]


def pg_dump() -> Comparer:
    """Return the comparison of two dumps of the schema, by the pg_dump that belongs to our server."""
    program = binaries.find(17).bin_dir / "pg_dump"
    if not program.exists():
        return Comparer(PG_DUMP, None, lambda *_: [], ())
    # Since 17.6 each dump has a random key in it, unless one is given.
    keyed = "--restrict-key" in rivals.said([str(program), "--help"])
    dump = [str(program), *(["--restrict-key=bench"] if keyed else [])]

    def command(one: str, two: str) -> list[str]:
        return ["env", f"ONE={one}", f"TWO={two}", "sh", "-c", _DUMPED, "sh", *dump]

    return Comparer(PG_DUMP, rivals.said([str(program), "--version"]).split()[-1], command, (0, 1))


def bare() -> Comparer:
    """Return what asks nothing: the least that any command of Python takes, for the reading of the others' figures."""
    return Comparer(BARE, "", lambda one, two: [sys.executable, "-c", _ONLY_CONNECTS, one, two], (0,))


def _node_version(file: Path) -> str | None:
    return str(json.loads(file.read_text())["version"]) if file.exists() else None


def _url(conninfo: str) -> str:
    parameters = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    return f"postgresql://{parameters['user']}@/{parameters['dbname']}?host={quote(parameters['host'], safe='')}"

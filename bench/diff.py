"""How long `python -m harness diff` takes as a whole process, compared with the rivals in CONNECT_RIVALS, if set.

To install them in that folder: `npm install @supabase/pg-delta@1.0.0-alpha.34`, and `results` with `psycopg2-binary`
into a virtual environment `v`. With them, each change of tests/pgproof/catalog/changes is tried too (some minutes).
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.measure import CouldNotRun, Row, in_turns, seconds
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    Commands = dict[str, list[str]]

_OURS, _PGDELTA, _RESULTS = "python -m harness diff", "pgdelta diff", "results dbdiff --with-privileges"
_CHANGES = paths.ROOT / "tests" / "pgproof" / "catalog" / "changes"
_SECONDS = 60
# The rivals compare schemas, not properties of the database itself.
_NOT_ASKED = ("base", "database")


def rows() -> Iterator[Row]:
    """Yield each command's time to show one change; with rivals, also how many of the single changes it misses."""
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        templates.clone(REPLICAS["prod"], "aligned") as one,
        templates.clone(REPLICAS["prod"], "aligned") as two,
    ):
        commands = _commands(one, two)
        with psycopg.connect(two, autocommit=True) as connection:
            connection.execute("ALTER TABLE public.chats ALTER name SET DEFAULT 'x'")
            steps = [partial(_timed, name, command) for name, command in commands.items()]
            samples = in_turns(*steps, each=3)
            connection.execute("ALTER TABLE public.chats ALTER name DROP DEFAULT")
        missed, asked = _missed(templates, commands) if len(commands) > 1 else ({}, 0)
    for name in commands:
        rival = samples.get(_PGDELTA) if name == _OURS else None
        yield Row(name, samples[name], against=rival, bound=0.8 if rival else None)
        if name in missed:
            yield Row(f"  missed, of {asked} single changes", [float(len(missed[name]))], "")
    for name, lines in missed.items():
        for line in lines:
            print(f"{name} missed: {line}")


def _commands(one: str, two: str) -> Commands:
    commands = {_OURS: [sys.executable, "-m", "harness", "diff", one, two]}
    rivals = os.environ.get("CONNECT_RIVALS")
    if rivals:
        left, right = _url(one), _url(two)
        commands[_PGDELTA] = [f"{rivals}/node_modules/.bin/pgdelta", "diff", "--source", left, "--desired", right]
        commands[_RESULTS] = [f"{rivals}/v/bin/results", "dbdiff", "--with-privileges", left, right]
    return commands


def _url(conninfo: str) -> str:
    parameters = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    return f"postgresql://{parameters['user']}@/{parameters['dbname']}?host={quote(parameters['host'], safe='')}"


def _timed(name: str, command: list[str]) -> dict[str, float]:
    return {name: seconds(lambda: _said(command))}


def _said(command: list[str]) -> str:
    done = subprocess.run(
        command, cwd=paths.ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=_SECONDS
    )
    # For databases that differ each of them has another exit code, so only its words tell that it failed.
    if "rror" in done.stderr and not done.stdout:
        raise CouldNotRun(f"{Path(command[0]).name} said {done.stderr.strip().splitlines()[-1]}")
    return done.stdout


def _missed(templates: Templates, commands: Commands) -> tuple[dict[str, list[str]], int]:
    """Return the changes that each command misses, saying what it says without one, and how many were tried."""
    missed: dict[str, list[str]] = {name: [] for name in commands}
    asked = 0
    with templates.clone(REPLICAS["prod"], "aligned") as one:
        _execute(one, (_CHANGES / "base.sql").read_text())
        with templates.clone(REPLICAS["prod"], "aligned") as two:
            _execute(two, (_CHANGES / "base.sql").read_text())
            quiet = {name: _said(command) for name, command in _commands(one, two).items()}
        for line, change in _single_changes():
            with templates.clone(REPLICAS["prod"], "aligned") as two:
                _execute(two, (_CHANGES / "base.sql").read_text(), change)
                asked += 1
                for name, command in _commands(one, two).items():
                    if _said(command) == quiet[name]:
                        missed[name].append(line)
    return missed, asked


def _single_changes() -> Iterator[tuple[str, str]]:
    for file in sorted(_CHANGES.glob("*.sql")):
        if file.stem not in _NOT_ASKED:
            for block in file.read_text().strip().split("\n\n"):
                line, _, change = block.partition("\n")
                # Left out: what is written into the catalog by hand, which no rival need understand, and subscriptions,
                # because a database that has one cannot be dropped.
                if "UPDATE pg_" not in change and "SUBSCRIPTION" not in change:
                    yield line.removeprefix("-- "), change


def _execute(conninfo: str, *scripts: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for script in scripts:
            connection.execute(script.encode())

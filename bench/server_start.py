"""A server's first answer: from the cached cluster, and from nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench.measure import CouldNotRun, Row, in_turns, seconds
from bench.surroundings import wait_until_quiet
from pgproof import paths
from pgproof.postgres import acquire, binaries, cluster, privilege, supervisor
from pgproof.postgres.seed import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterator

_CACHED, _NOTHING, _FIRST, _SHARED = "cached", "nothing", "first", "shared"
_NO_WAITING = ("-c", "fsync=off", "-c", "listen_addresses=")


def rows() -> Iterator[Row]:
    """Yield the times, compared with initdb and a start that do not wait for the disk, on the same file system."""
    samples = in_turns(lambda: _leased(_CACHED), _from_nothing, _without_cache, _shared)
    yield Row("initdb from nothing to the first answer", samples[_NOTHING])
    yield Row("the cached cluster to the first answer", samples[_CACHED], against=samples[_NOTHING])
    yield Row("a server that another run has started", samples[_SHARED], against=samples[_NOTHING])
    yield Row("an empty cache, which it fills, to the first answer", samples[_FIRST], against=samples[_NOTHING])


def _leased(name: str) -> dict[str, float]:
    wait_until_quiet()
    return {name: seconds(_ask_leased)}


def _ask_leased() -> None:
    with closing(acquire()) as server:
        _ask(server.conninfo("postgres"))


def _ask(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("SELECT 1").fetchone()


def _shared() -> dict[str, float]:
    with closing(acquire()):
        return {_SHARED: seconds(_ask_leased)}


def _without_cache() -> dict[str, float]:
    before = os.environ.get("CONNECT_CACHE_DIR")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CONNECT_CACHE_DIR"] = folder
        try:
            return _leased(_FIRST)
        finally:
            os.environ.pop("CONNECT_CACHE_DIR")
            if before is not None:
                os.environ["CONNECT_CACHE_DIR"] = before


def _from_nothing() -> dict[str, float]:
    wait_until_quiet()
    found, rights = binaries.find(17), privilege.unprivileged()
    work = privilege.prepared_folder(paths.run_dir(), rights)
    postgres = cluster.server_command(found, rights, EMPTY)
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        initdb = [*rights.prefix, str(Path(postgres[-1]).with_name("initdb"))]
        arguments = ["-D", str(work / "data"), "-U", "postgres", "-A", "trust", "--no-sync"]
        done = subprocess.run(
            [*initdb, *arguments], capture_output=True, text=True, check=False, user=rights.user, cwd="/"
        )
        if done.returncode != 0:
            raise CouldNotRun(f"initdb failed: {done.stderr.strip()}")
        started.append(supervisor.launch([*postgres, *_NO_WAITING], work / "data", work, work / "log", rights.user))
        _ask(f"host={work} user=postgres dbname=postgres")

    try:
        return {_NOTHING: seconds(start)}
    finally:
        for server in started:
            supervisor.stop(server, signal.SIGQUIT)
        shutil.rmtree(work, ignore_errors=True)

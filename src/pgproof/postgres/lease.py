"""Leases on a shared server: join the one that runs, or start its supervisor; only one, however many ask at once."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sys
from typing import TYPE_CHECKING

from pgproof import paths
from pgproof.errors import UsageError
from pgproof.postgres import supervisor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def lease(name: str, config: Callable[[], dict[str, str]], program: list[str], seconds: float) -> socket.socket:
    """Return a connection to the supervisor of this name, which is started if it does not run yet.

    config: returns the configuration of a new supervisor; its "run" is the folder that the supervisor owns.
    program: the arguments with which Python runs the supervisor. seconds: how long its answer may take.
    """
    root = paths.run_dir()
    address = root / f"{name}.sock"
    lock = root / f"{name}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        holder = socket.socket(socket.AF_UNIX)
        holder.settimeout(seconds)
        try:
            holder.connect(str(address))
        except (FileNotFoundError, ConnectionRefusedError):
            _sweep(root)
            address.unlink(missing_ok=True)
            start({**config(), "address": str(address), "lock": str(lock)}, program, address)
            holder.connect(str(address))
        return holder


def answer(holder: socket.socket) -> dict[str, str]:
    """Return the libpq parameters of the server, from the supervisor's one line.

    Raises supervisor.StartError with the server's own message, and UsageError if the supervisor does not answer.
    """
    try:
        with holder.makefile("r", encoding="utf-8") as lines:
            line = lines.readline()
    except TimeoutError:
        line = ""
    if not line:
        raise UsageError("the server's supervisor ended silently; run again, and report it if it happens twice")
    said: dict[str, str] = json.loads(line)
    if "error" in said:
        holder.close()
        raise supervisor.StartError(said["error"].strip())
    return said


def start(config: dict[str, str], program: list[str], address: Path) -> None:
    """Start a supervisor that listens on this address, in a session of its own. config, program: as for lease()."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(64)
        listener.set_inheritable(True)
        command = [sys.executable, *program, json.dumps(config), str(listener.fileno())]
        # Neither the supervisor nor its server needs to know a live database.
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_DSN")}
        # Not a Popen: the supervisor outlives us on purpose if another run shares its server.
        nowhere = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in (0, 1, 2)]
        os.posix_spawn(sys.executable, command, environment, file_actions=nowhere, setsid=True)


def is_abandoned(run: Path) -> bool:
    """Return whether the supervisor that owned this folder is gone: its lock is free, or the folder is removed."""
    try:
        with (run / "alive").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return not run.exists()
    except BlockingIOError:
        return False
    return True


def _sweep(root: Path) -> None:
    """Remove what a killed supervisor left; its server ended with it, or ends when it misses its folder."""
    for alive in root.glob("*/alive"):
        if is_abandoned(alive.parent):
            shutil.rmtree(alive.parent, ignore_errors=True)

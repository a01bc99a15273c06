"""Keeps one server alive as long as somebody holds a lease on it.

It runs as a program, with the standard library alone so that it starts in milliseconds. A lease is a connection to the
supervisor's Unix socket; the kernel closes it however its holder ended, kill -9 included. When the last lease is gone,
the server is stopped and its folder removed. On each lease the supervisor writes one line of JSON: the libpq parameters
of the server once it answers, or {"error": …}. The only holder of a server may send one byte, CRASH: the server is
killed and started again on the same data, and the line is sent once more when it answers.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

START_SECONDS = 60
CRASH = b"!"


class StartError(Exception):
    """The server could not be started; the text is its own message."""


def launch(postgres: list[str], data: Path, sockets: Path, log: Path, user: int | None) -> subprocess.Popen[bytes]:
    """Start `postgres` on a data directory and return its process once it accepts connections.

    postgres: the command without directories. sockets: the folder of its Unix socket. log: receives its output.
    user: the user id to run it as, None for our own. Raises StartError, after START_SECONDS at the latest.
    """
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*postgres, "-D", str(data), "-k", str(sockets)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not _ready(data / "postmaster.pid"):
        if server.poll() is not None:
            raise StartError(log.read_text(errors="replace")[-2000:] or f"postgres ended with {server.returncode}")
        if time.monotonic() > deadline:
            stop(server, signal.SIGQUIT)
            raise StartError(f"postgres did not answer within {START_SECONDS} s")
        time.sleep(0.001)
    return server


def _ready(pid_file: Path) -> bool:
    """Return whether the eighth line of postmaster.pid says that the server is ready (PostgreSQL: miscadmin.h)."""
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def stop(server: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a server; after 30 seconds, kill it. how: SIGINT saves everything first, SIGQUIT discards it."""
    if server.poll() is None:
        server.send_signal(how)
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def kill(server: subprocess.Popen[bytes]) -> None:
    """Kill a server and all its processes (SIGKILL), and return when none of them is left. Needs Linux's /proc."""
    # Stopped first, so that it starts no further process after its children are listed.
    server.send_signal(signal.SIGSTOP)
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
    server.kill()
    server.wait()
    while any(_is_alive(child) for child in children):
        time.sleep(0.001)


def _is_alive(pid: str) -> bool:
    """Return whether a process runs; a zombie does not: it has given back its memory, which the next server needs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Running(Protocol):
    """A server that a supervisor keeps. parameters: how libpq reaches it."""

    parameters: dict[str, str]

    def has_ended(self) -> bool:
        """Return whether the server ended by itself."""

    def end(self) -> None:
        """End the server and discard its data."""

    def crash(self) -> None:
        """Kill the server without warning and start it again on the data that it left. Raises StartError."""


class _Embedded:
    """A server of our own, on a copy of the cached cluster in the supervisor's folder."""

    def __init__(self, config: dict[str, str], run: Path) -> None:
        user = int(config["user"]) if config["user"] else None
        # Opened by us, since the server's user may not have access to the cache.
        with Path(config["archive"]).open("rb") as archive:
            unpacked = subprocess.run(
                ["tar", "-xf", "-", "-C", str(run)],
                stdin=archive,
                capture_output=True,
                check=False,
                text=True,
                user=user,
            )
        if unpacked.returncode != 0:
            raise StartError(unpacked.stderr)
        self._command, self._run, self._user = json.loads(config["postgres"]), run, user
        self._server = self._launch()
        self.parameters = {"host": str(run), "user": config["superuser"]}

    def has_ended(self) -> bool:
        return self._server.poll() is not None

    def end(self) -> None:
        stop(self._server, signal.SIGQUIT)

    def crash(self) -> None:
        kill(self._server)
        # The file still says "ready".
        (self._run / "data" / "postmaster.pid").unlink(missing_ok=True)
        self._server = self._launch()

    def _launch(self) -> subprocess.Popen[bytes]:
        return launch(self._command, self._run / "data", self._run, self._run / "log", self._user)


class _Leases:
    """The holders of leases: accepts them, tells them the outcome, notices when they are gone."""

    def __init__(self, listener: socket.socket, lock: Path, address: Path) -> None:
        self._listener, self._lock, self._address = listener, lock, address
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._held = 0

    def serve(self, server: Running) -> None:
        """Serve leases until the last one is gone or the server has ended (its leases then close with us)."""
        answer = _line(server.parameters)
        while not server.has_ended():
            # A second is how long a crash of the server may go unnoticed; leases wake us at once.
            for key, _ in self._selector.select(1):
                if key.fileobj is self._listener:
                    self._accept(answer)
                else:
                    self._hear(key.fileobj, server)
            if not self._held and self._closed_for_new_ones(answer):
                return

    def _accept(self, answer: bytes) -> None:
        lease, _ = self._listener.accept()
        with contextlib.suppress(BrokenPipeError):
            lease.sendall(answer)
        self._selector.register(lease, selectors.EVENT_READ)
        self._held += 1

    def _hear(self, lease: object, server: Running) -> None:
        assert isinstance(lease, socket.socket)
        try:
            said = lease.recv(1)
        except ConnectionResetError:
            said = b""
        if said == CRASH:
            server.crash()
            with contextlib.suppress(BrokenPipeError):
                lease.sendall(_line(server.parameters))
            return
        self._selector.unregister(lease)
        lease.close()
        self._held -= 1

    def _closed_for_new_ones(self, answer: bytes) -> bool:
        """Stop listening unless somebody has just connected; return whether it stopped.

        Nobody connects while we hold the lock, so nobody is turned away after this check.
        """
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._listener.setblocking(False)
            try:
                self._accept(answer)
            except BlockingIOError:
                self._address.unlink(missing_ok=True)
                self._listener.close()
                return True
            finally:
                with contextlib.suppress(OSError):
                    self._listener.setblocking(True)
        return False


def _line(answer: dict[str, str]) -> bytes:
    return json.dumps(answer).encode() + b"\n"


def keep(start: Callable[[dict[str, str], Path], Running]) -> None:
    """Start a server and keep it until its last lease is gone.

    start: called with the configuration and the server's folder. argv[1]: the configuration as JSON, with the keys
    run, lock and address; argv[2]: the file descriptor of the listening socket.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # SystemExit runs the clean-up below.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(os.EX_OK))
    os.chdir("/")
    config = json.loads(sys.argv[1])
    run = Path(config["run"])
    listener = socket.socket(fileno=int(sys.argv[2]))
    # Held as long as this process lives: a folder whose lock is free is abandoned, so it has its name once it is held.
    new = run / "alive.new"
    alive = new.open("w")
    fcntl.flock(alive, fcntl.LOCK_EX)
    new.rename(run / "alive")
    try:
        try:
            server = start(config, run)
        except (StartError, OSError) as error:
            first, _ = listener.accept()
            first.sendall(_line({"error": str(error)}))
            return
        try:
            _Leases(listener, Path(config["lock"]), Path(config["address"])).serve(server)
        finally:
            server.end()
    finally:
        shutil.rmtree(run, ignore_errors=True)


if __name__ == "__main__":
    keep(_Embedded)

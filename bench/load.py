"""`python -m bench.load [SECONDS [WORKERS]]`: 200 sockets in 50 chats, 50 messages a second for 60 s, on its own stack.

The load is bench/locustfile.py's, which can load a real project as well. With WORKERS, Locust divides the users between
so many processes, as it does between machines. Exit code 0 if nothing was lost, twice or out
of order, and delivery and memory kept their bounds; 1 if not, with Locust's table; 4 where it cannot run.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bench.surroundings import own_surroundings
from connect import paths
from connect.embedded_stack import running

if TYPE_CHECKING:
    from connect.embedded_stack import Running

_SOCKETS, _CHATS, _PER_SECOND, _SECONDS = 200, 50, 50, 60
_SPAWN_SECONDS = 10
_SAMPLE_SECONDS = 1.0
# Between the first and the last third of the load.
_GROWTH_BOUND = 1.10


def main(arguments: list[str]) -> int:
    """Run the load once, print the memory of the stack, and return the exit code.

    arguments: the seconds and the number of workers, as far as they are given.
    """
    if find_spec("locust") is None:
        print("the load needs Locust: make setup-all, or pip install -r requirements-load.txt", file=sys.stderr)
        return 4
    seconds = int(arguments[0]) if arguments else _SECONDS
    workers = int(arguments[1]) if len(arguments) > 1 else 0
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    with own_surroundings(), running("prod") as stack:
        outcome, memory = _loaded(stack, seconds, workers)
    third = max(len(memory) // 3, 1)
    first, last = (sum(part) / third / 2**20 for part in (memory[:third], memory[-third:]))
    growth = last / first
    print(f"memory of the stack: {first:.1f} MB, then {last:.1f} MB, ratio {growth:.2f} (bound {_GROWTH_BOUND:g})")
    return int(outcome != 0 or growth > _GROWTH_BOUND)


def _loaded(stack: Running, seconds: int, workers: int) -> tuple[int, list[int]]:
    """Return Locust's exit code, and the stack's resident bytes once a second while all sockets are there."""
    users = ",".join(f"{user['email']}:{user['password']}" for user in stack.users)
    settings = {
        "CONNECT_LOAD_KEY": stack.anon_key,
        "CONNECT_LOAD_USERS": users,
        "CONNECT_LOAD_CHATS": str(_CHATS),
        "CONNECT_LOAD_RATE": str(_PER_SECOND / _SOCKETS),
    }
    options = ("--headless", "--only-summary", "--loglevel", "WARNING", "--host", stack.api_url, "--stop-timeout", "30")
    scale = ("--users", _SOCKETS, "--spawn-rate", _SOCKETS // _SPAWN_SECONDS, "--run-time", f"{seconds}s")
    memory: list[int] = []
    over = threading.Event()

    def sample() -> None:
        over.wait(_SPAWN_SECONDS)
        while not over.wait(_SAMPLE_SECONDS):
            memory.append(_resident(stack.process.pid))

    sampling = threading.Thread(target=sample)
    sampling.start()
    locust = [sys.executable, "-m", "locust", "-f", str(paths.ROOT / "bench" / "locustfile.py")]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = str(unused.getsockname()[1])
    master = ("--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--expect-workers", workers)
    worker = ("--worker", "--master-host", "127.0.0.1", "--master-port", port, "--loglevel", "WARNING")
    surroundings = {**os.environ, **settings}
    started = [subprocess.Popen([*locust, *worker], env=surroundings) for _ in range(workers)]
    try:
        done = subprocess.run(
            [*locust, *options, *map(str, (*scale, *(master if workers else ())))], env=surroundings, check=False
        )
    finally:
        for each in started:
            # The master has told them to end; without one they would wait for the next.
            each.terminate()
            each.wait()
        over.set()
        sampling.join()
    return done.returncode, memory


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

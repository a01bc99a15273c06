"""Runs one command: `one_command.py OUTPUT SECONDS COMMAND…`; prints its seconds, peak memory in KiB and exit code.

The memory is that of the largest process of the command. It is a small process of its own, because a process starts
with the memory of its parent in its books. The exit code is empty if the command was ended after SECONDS.
"""

import os
import signal
import sys
import time


def main(output: str, limit: str, *command: str) -> None:
    """Run and measure the command; its output goes into the file OUTPUT, its errors into OUTPUT.errors."""
    written = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, written, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, f"{output}.errors", written, 0o600),
    ]
    began = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=streams, setpgroup=0)
    ended: list[int] = []

    def end(*_: object) -> None:
        ended.append(process)
        os.killpg(process, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, float(limit))
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    # In KiB, except on macOS.
    peak = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    print(seconds, peak, "" if ended else os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*sys.argv[1:])

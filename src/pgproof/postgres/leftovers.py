"""What a run leaves behind: processes and folders of the servers that it started."""

from __future__ import annotations

from pathlib import Path


def command_lines() -> dict[int, str]:
    """Return the command line of every running process by its id, from /proc."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    return found


def running_in(places: dict[str, str]) -> list[str]:
    """Return the command lines of what still runs in these places: supervisors, servers, their children.

    places: environment variables; only CONNECT_RUN_DIR counts.
    """
    return [line for line in command_lines().values() if places["CONNECT_RUN_DIR"] in line]


def left_over(places: dict[str, str]) -> list[str]:
    """Return the names of folders that servers left behind in these places.

    Their locks are files that stay, and so do the programs that further servers use again.
    """
    run = Path(places["CONNECT_RUN_DIR"])
    return [path.name for path in run.iterdir() if path.is_dir() and path.name != "binaries"] if run.exists() else []

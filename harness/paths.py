"""Where things lie: the repository's own folders, the cache, and the memory file system that servers run on."""

import errno
import os
import stat
import tempfile
from pathlib import Path

from harness.errors import Refusal

ROOT = Path(__file__).resolve().parent.parent
SQL = ROOT / "sql"

_NEEDED_BYTES = 256 * 1024 * 1024


def cache_dir() -> Path:
    """The folder for cached data directories: CONNECT_CACHE_DIR, else the user's cache folder."""
    named = os.environ.get("CONNECT_CACHE_DIR")
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        # A user id without a name, and no HOME.
        base = Path(tempfile.gettempdir())
    path = Path(named).absolute() if named else base / "connect-verification"
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise Refusal(
            f"the cache folder {path} cannot be written ({error.strerror}); set CONNECT_CACHE_DIR to a writable folder"
        ) from None
    return path


def run_dir() -> Path:
    """The user's folder for running servers, on a memory file system where there is one with room.

    CONNECT_RUN_DIR overrides it. Unix socket paths are limited to 107 bytes, so it is short on purpose.
    """
    named = os.environ.get("CONNECT_RUN_DIR")
    path = Path(named).absolute() if named else _memory_or_temporary() / f"connect-{os.geteuid()}"
    if len(os.fsencode(path)) > 60:
        raise Refusal(f"{path} is too long for a Unix socket; set CONNECT_RUN_DIR to a folder of at most 60 bytes")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise Refusal(
            f"the folder {path} cannot be made ({error.strerror}); set CONNECT_RUN_DIR to a writable folder"
        ) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise Refusal(f"{path} cannot be written; set CONNECT_RUN_DIR to a writable folder")
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Refusal(f"{path} belongs to someone else; set CONNECT_RUN_DIR to a folder of your own")
    return path


def _memory_or_temporary() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - only a folder of our own in it is used
    if os.access(memory, os.W_OK | os.X_OK):
        room = os.statvfs(memory)
        if room.f_bavail * room.f_frsize >= _NEEDED_BYTES:
            return memory
    return Path(tempfile.gettempdir())

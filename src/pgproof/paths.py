"""The folders that every project shares: the cache, and the memory file system that servers run on."""

import errno
import os
import stat
import tempfile
from pathlib import Path

from pgproof.errors import UsageError

_NEEDED_BYTES = 256 * 1024 * 1024


def cache_dir() -> Path:
    """Return the folder for cached clusters: CONNECT_CACHE_DIR, else one in the user's cache folder.

    Raises UsageError if it cannot be written.
    """
    named = os.environ.get("CONNECT_CACHE_DIR")
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        # The user id has no name, and HOME is not set.
        base = Path(tempfile.gettempdir())
    path = Path(named).absolute() if named else base / "connect-verification"
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise UsageError(
            f"the cache folder {path} cannot be written ({error.strerror}); set CONNECT_CACHE_DIR to a writable folder"
        ) from None
    return path


def run_dir() -> Path:
    """Return the user's folder for running servers, on a memory file system if there is one with enough space.

    CONNECT_RUN_DIR overrides it. The path of a Unix socket may have 107 bytes, so the folder's path is kept short.
    Raises UsageError if its path is too long, or if the folder cannot be written or belongs to somebody else.
    """
    named = os.environ.get("CONNECT_RUN_DIR")
    path = Path(named).absolute() if named else _memory_or_temporary() / f"connect-{os.geteuid()}"
    if len(os.fsencode(path)) > 60:
        raise UsageError(f"{path} is too long for a Unix socket; set CONNECT_RUN_DIR to a folder of at most 60 bytes")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise UsageError(
            f"the folder {path} cannot be created ({error.strerror}); set CONNECT_RUN_DIR to a writable folder"
        ) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise UsageError(f"{path} cannot be written; set CONNECT_RUN_DIR to a writable folder")
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise UsageError(f"{path} belongs to someone else; set CONNECT_RUN_DIR to a folder of your own")
    return path


def _memory_or_temporary() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - only a folder of our own in it is used
    if os.access(memory, os.W_OK | os.X_OK):
        room = os.statvfs(memory)
        if room.f_bavail * room.f_frsize >= _NEEDED_BYTES:
            return memory
    return Path(tempfile.gettempdir())

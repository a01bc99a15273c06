"""How to run a server when we are root, which PostgreSQL refuses.

A user namespace needs no system user and no permission on any parent folder: inside it we are nobody, outside it the
files still belong to root. Where the kernel or a container forbids that, the server runs as the user nobody.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Privilege:
    """The rights of a server. prefix: comes before its command. user: the id to run it as, None for our own."""

    prefix: tuple[str, ...]
    user: int | None = None


@cache
def unprivileged() -> Privilege:
    """Return the way to run a server here, found by trying. CONNECT_NO_USER_NAMESPACE rules out a user namespace."""
    # With its parent gone, the server ends at once instead of running on without anyone to stop it.
    setpriv = shutil.which("setpriv")
    die_with_parent = (setpriv, "--pdeathsig", "QUIT", "--") if setpriv else ()
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Privilege(die_with_parent)
    unshare = shutil.which("unshare")
    if unshare and not os.environ.get("CONNECT_NO_USER_NAMESPACE"):
        namespace = (unshare, "--user", f"--map-user={NOBODY}", "--")
        if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0:
            return Privilege((*namespace, *die_with_parent))
    return Privilege(die_with_parent, user=NOBODY if os.geteuid() == 0 else None)


def prepared_folder(root: Path, rights: Privilege) -> Path:
    """Create a folder in root that the server's user owns and can enter, and return it."""
    run = Path(tempfile.mkdtemp(dir=root))
    if rights.user is not None:
        root.chmod(0o711)
        os.chown(run, rights.user, -1)
    return run


def _has_name(uid: int) -> bool:
    """Return whether the machine has a name for a user id; without one initdb refuses to run."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True

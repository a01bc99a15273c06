"""How a server runs when we are root, which PostgreSQL refuses to be.

A user namespace needs no system user and no permission on any parent folder: inside it we are nobody, outside it the
files stay root's. Where the kernel or a container forbids that, the server runs as the user nobody.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

NOBODY = 65534


@dataclass(frozen=True)
class Privilege:
    """prefix: what to put before a server's command. user: the user id to run it as, None for our own."""

    prefix: tuple[str, ...]
    user: int | None = None


@cache
def unprivileged() -> Privilege:
    """The way to run a server here, chosen by trying."""
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


def _has_name(uid: int) -> bool:
    """A user id that the machine has no name for is one that initdb refuses."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True

"""A server from installed binaries, on a copy of the cached cluster; shared by every run that wants the same one."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from pathlib import Path

from harness import paths
from harness.errors import Refusal
from harness.postgres import Server, binaries, cluster, keeper, privilege
from harness.postgres import lease as leases


def acquire(version: int) -> Server:
    """Lease the server of this version and cluster, starting it if nobody has. Raises Refusal."""
    try:
        return _acquire(version)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _no_space() from None
        raise Refusal(
            f"no server can be started here: {error};"
            " CONNECT_RUN_DIR and CONNECT_CACHE_DIR name the folders, and tar has to be installed"
        ) from None
    except keeper.StartError as error:
        if "No space left" in str(error):
            raise _no_space() from None
        archive = cluster.cached(binaries.find(version))
        raise Refusal(f"PostgreSQL {version} did not start; remove {archive} and run again. It said: {error}") from None


def _acquire(version: int) -> Server:
    found = binaries.find(version)
    archive = cluster.cached(found)

    def order() -> dict[str, str]:
        rights = privilege.unprivileged()
        return {
            "archive": str(archive),
            "run": str(prepared_folder(paths.run_dir(), rights)),
            "user": "" if rights.user is None else str(rights.user),
            "postgres": json.dumps(cluster.server_command(found, rights)),
        }

    # Isolated and without site-packages: the keeper needs neither, and starts in half the time.
    holder = leases.lease(archive.stem, order, ["-I", "-S", keeper.__file__], keeper.START_SECONDS + 10)
    # While the server starts: what its first user imports anyway, a quarter of a run's time.
    import psycopg  # noqa: F401

    return Server("embedded", leases.answer(holder), holder)


def _no_space() -> Refusal:
    return Refusal(
        f"no space left for a server: free 256 MB in {paths.run_dir()} and in {paths.cache_dir()},"
        " or point CONNECT_RUN_DIR and CONNECT_CACHE_DIR elsewhere"
    )


def prepared_folder(root: Path, rights: privilege.Privilege) -> Path:
    """A new folder that the server's user may enter and own."""
    run = Path(tempfile.mkdtemp(dir=root))
    if rights.user is not None:
        root.chmod(0o711)
        os.chown(run, rights.user, -1)
    return run

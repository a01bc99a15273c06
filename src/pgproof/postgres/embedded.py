"""A server from installed binaries, on a copy of the cached cluster; shared by every run that wants the same one."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof import paths
from pgproof.errors import UsageError
from pgproof.postgres import Server, binaries, cluster, privilege, supervisor
from pgproof.postgres import lease as leases

if TYPE_CHECKING:
    from pgproof.postgres.seed import Seed


def acquire(version: int, seed: Seed) -> Server:
    """Lease the server of this version and cluster, starting it if nobody has. Raises UsageError."""
    try:
        return _acquire(version, seed)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _no_space() from None
        raise UsageError(
            f"no server can be started here: {error};"
            " CONNECT_RUN_DIR and CONNECT_CACHE_DIR name the folders, and tar has to be installed"
        ) from None
    except supervisor.StartError as error:
        if "No space left" in str(error):
            raise _no_space() from None
        archive = cluster.cached(binaries.find(version), seed)
        raise UsageError(
            f"PostgreSQL {version} did not start; remove {archive} and run again. It said: {error}"
        ) from None


def _acquire(version: int, seed: Seed) -> Server:
    found = binaries.find(version)
    archive = cluster.cached(found, seed)

    def config() -> dict[str, str]:
        rights = privilege.unprivileged()
        return {
            "archive": str(archive),
            "run": str(prepared_folder(paths.run_dir(), rights)),
            "user": "" if rights.user is None else str(rights.user),
            "postgres": json.dumps(cluster.server_command(found, rights)),
        }

    # Isolated and without site-packages: the supervisor needs neither, and starts in half the time.
    holder = leases.lease(archive.stem, config, ["-I", "-S", supervisor.__file__], supervisor.START_SECONDS + 10)
    # While the server starts: what its first user imports anyway, a quarter of a run's time.
    import psycopg  # noqa: F401

    return Server("embedded", leases.answer(holder), holder, seed)


def _no_space() -> UsageError:
    return UsageError(
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

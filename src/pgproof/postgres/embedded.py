"""A server from installed binaries, on a copy of the cached cluster; shared by every run that wants the same one."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

from pgproof import paths
from pgproof.errors import UsageError
from pgproof.postgres import binaries, cluster, privilege, supervisor
from pgproof.postgres import lease as leases
from pgproof.postgres.server import Server

if TYPE_CHECKING:
    from pgproof.postgres.seed import Seed


def acquire(version: int, seed: Seed) -> Server:
    """Return a lease on the server of this major version and seed, which is started if it does not run yet.

    Raises UsageError if it is not installed or does not start, or if there is no space left.
    """
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
            "run": str(privilege.prepared_folder(paths.run_dir(), rights)),
            "user": "" if rights.user is None else str(rights.user),
            "postgres": json.dumps(cluster.server_command(found, rights, seed)),
            "superuser": seed.superuser,
        }

    # Isolated and without site-packages: the supervisor needs neither, and starts in half the time.
    holder = leases.lease(archive.stem, config, ["-I", "-S", supervisor.__file__], supervisor.START_SECONDS + 10)
    # Imported while the server starts, since its first user needs it anyway: a quarter of a run's time.
    import psycopg  # noqa: F401

    return Server("embedded", leases.answer(holder), holder, seed)


def _no_space() -> UsageError:
    return UsageError(
        f"no space left for a server: free 256 MB in {paths.run_dir()} and in {paths.cache_dir()},"
        " or point CONNECT_RUN_DIR and CONNECT_CACHE_DIR elsewhere"
    )

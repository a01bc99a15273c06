"""A server that is not shared, and that may be killed and started again on the data that it left.

For scripts that cannot be trusted with a shared server, and for what a crash leaves behind. It writes as a server in
production does (fsync, synchronous commit, full pages), so what was committed is there after a SIGKILL. That does not
show what a power cut does: the file system survives, and here it is mostly memory.
"""

from __future__ import annotations

import json
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from pgproof import paths
from pgproof.postgres import binaries, cluster, privilege, supervisor
from pgproof.postgres import lease as leases
from pgproof.postgres.seed import EMPTY, Seed
from pgproof.postgres.server import Server

_DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
_SECONDS = supervisor.START_SECONDS + 10


@dataclass
class PrivateServer(Server):
    """A server with a single lease. When that is given back, the server ends and its folder is removed."""

    def crash(self) -> None:
        """Kill every process of the server (SIGKILL), start it again, and return when it has recovered.

        Raises supervisor.StartError if it does not start.
        """
        self.lease.sendall(supervisor.CRASH)
        leases.answer(self.lease)


def acquire(version: int = 17, seed: Seed = EMPTY, *, durable: bool = True) -> PrivateServer:
    """Return a new server of this major version on a copy of the cached cluster.

    durable: whether what was committed outlives a crash; without it the server is faster.
    Raises UsageError, supervisor.StartError or OSError if it cannot be started.
    """
    found = binaries.find(version)
    archive = cluster.cached(found, seed)
    rights = privilege.unprivileged()
    settings = _DURABLE if durable else ()
    run = privilege.prepared_folder(paths.run_dir(), rights)
    config = {
        "archive": str(archive),
        "run": str(run),
        "user": "" if rights.user is None else str(rights.user),
        "postgres": json.dumps(
            [*cluster.server_command(found, rights, seed), *(x for s in settings for x in ("-c", s))]
        ),
        "superuser": seed.superuser,
    }
    return started("private", config, ["-I", "-S", supervisor.__file__], _SECONDS, seed)


def started(kind: str, config: dict[str, str], program: list[str], seconds: float, seed: Seed) -> PrivateServer:
    """Return the server of a new supervisor, whose only lease is ours.

    kind: what to call it. config, program, seconds: as for lease.lease(). Raises as acquire() does.
    """
    run = Path(config["run"])
    # The socket and the lock lie inside the server's folder, so they are removed with it.
    address = run / "lease"
    holder = socket.socket(socket.AF_UNIX)
    try:
        leases.start({**config, "address": str(address), "lock": str(run / "lock")}, program, address)
        holder.settimeout(seconds)
        holder.connect(str(address))
    except OSError:
        holder.close()
        shutil.rmtree(run, ignore_errors=True)
        raise
    return PrivateServer(kind, leases.answer(holder), holder, seed)

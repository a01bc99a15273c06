"""An embedded server that nobody shares, and that may be killed and started again on what it left.

For scripts that are not to be trusted with a shared one, and for what a crash leaves behind. It writes as a server in
production does (fsync, synchronous commit, full pages), so what was committed is there after a SIGKILL. What that does
not show is a power cut: the file system survives, and here it is mostly memory.
"""

from __future__ import annotations

import json
import shutil
import socket
from dataclasses import dataclass

from pgproof import paths
from pgproof.postgres import Server, binaries, cluster, privilege, supervisor
from pgproof.postgres import lease as leases
from pgproof.postgres.embedded import prepared_folder
from pgproof.postgres.seed import EMPTY, Seed

_DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
_SECONDS = supervisor.START_SECONDS + 10


@dataclass
class PrivateServer(Server):
    """A server of one's own. It ends, and its folder goes away, with its one lease."""

    def crash(self) -> None:
        """SIGKILL every process of it, start it again, and return when it has recovered. Raises supervisor.StartError."""
        self.lease.sendall(supervisor.CRASH)
        leases.answer(self.lease)


def acquire(version: int = 17, seed: Seed = EMPTY) -> PrivateServer:
    """Start one on a copy of the cached cluster. Raises UsageError or supervisor.StartError."""
    found = binaries.find(version)
    archive = cluster.cached(found, seed)
    rights = privilege.unprivileged()
    run = prepared_folder(paths.run_dir(), rights)
    # Inside its folder, so that they are removed with it.
    address = run / "lease"
    config = {
        "archive": str(archive),
        "run": str(run),
        "user": "" if rights.user is None else str(rights.user),
        "postgres": json.dumps([*cluster.server_command(found, rights), *(x for s in _DURABLE for x in ("-c", s))]),
        "address": str(address),
        "lock": str(run / "lock"),
    }
    holder = socket.socket(socket.AF_UNIX)
    try:
        leases.start(config, ["-I", "-S", supervisor.__file__], address)
        holder.settimeout(_SECONDS)
        holder.connect(str(address))
    except OSError:
        holder.close()
        shutil.rmtree(run, ignore_errors=True)
        raise
    return PrivateServer("private", leases.answer(holder), holder, seed)

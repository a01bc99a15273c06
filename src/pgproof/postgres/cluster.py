"""The cached cluster: initialised once, and filled with what a project's databases begin with.

Kept as one tar file, named by the hash of everything that went into it, written under another name and renamed when it
is complete. It holds two databases: `postgres`, for administration, and `pgproof_base`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof import paths
from pgproof.errors import UsageError
from pgproof.postgres import extensions, privilege, supervisor

if TYPE_CHECKING:
    from pgproof.postgres.binaries import Binaries
    from pgproof.postgres.seed import Seed

BASE = "pgproof_base"

# Nothing here outlives the run, so nothing waits for a disk. mmap keeps shared segments inside the data directory,
# where they are removed with it.
_SETTINGS = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
max_connections = 200
shared_buffers = 64MB
dynamic_shared_memory_type = mmap
wal_level = logical
min_wal_size = 2MB
max_wal_size = 64MB
log_line_prefix = ''
"""
_INITDB = ("-E", "UTF8", "--locale=C", "--wal-segsize=1", "--no-sync", "-A", "trust")
# One role needs its password, for the tests of the message for a wrong one.
_HBA = """
local all connect_password_tester scram-sha-256
local all all trust
local replication all trust
"""


def server_command(found: Binaries, rights: privilege.Privilege, seed: Seed) -> list[str]:
    """Return the command that runs `postgres` with the seed's extensions, without its data directory."""
    programs = _reachable(found.bin_dir, rights)
    if seed.extensions:
        programs = extensions.with_extensions(programs, seed.extensions)
    return [*rights.prefix, str(programs / "postgres")]


def cached(found: Binaries, seed: Seed) -> Path:
    """Return the tar file of the cluster for these binaries and this seed, built first if it does not exist.

    Raises UsageError if initdb or tar fails, OSError (ENOSPC) if there is no space left, psycopg.Error for a bad seed.
    """
    folder = paths.cache_dir()
    archive = folder / f"{_key(found, seed)}.tar"
    if archive.exists():
        # What was used last is kept longest.
        with contextlib.suppress(PermissionError):
            os.utime(archive)
        return archive
    with (folder / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            _remove_leftovers(folder)
            _build(found, archive, seed)
    return archive


def contents_hash(seed: Seed) -> hashlib._Hash:
    """Return a hash of everything that goes into the cluster's databases."""
    digest = seed.digest()
    digest.update(Path(__file__).read_bytes())
    return digest


def _key(found: Binaries, seed: Seed) -> str:
    digest = contents_hash(seed)
    digest.update(found.fingerprint.encode())
    return f"{found.major}-{digest.hexdigest()[:16]}"


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed build left, and all clusters but the twelve that were used last."""
    for partial in folder.glob("*.partial"):
        partial.unlink()
    by_age = sorted(folder.glob("*.tar"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[12:]:
        old.unlink()


def _build(found: Binaries, archive: Path, seed: Seed) -> None:
    rights = privilege.unprivileged()
    work = privilege.prepared_folder(paths.run_dir(), rights)
    partial = archive.with_suffix(".partial")
    try:
        _initialise(found, work, rights, seed.superuser)
        _fill(found, work, rights, seed)
        _pack(work, partial)
        partial.rename(archive)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        partial.unlink(missing_ok=True)


def _initialise(found: Binaries, work: Path, rights: privilege.Privilege, superuser: str) -> None:
    initdb = _reachable(found.bin_dir, rights) / "initdb"
    done = subprocess.run(
        [*rights.prefix, str(initdb), "-D", str(work / "data"), "-U", superuser, *_INITDB],
        capture_output=True,
        text=True,
        check=False,
        user=rights.user,
        cwd="/",
    )
    if done.returncode != 0:
        if "No space left" in done.stderr:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise UsageError(f"initdb failed: {done.stderr.strip()}")
    with (work / "data" / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS)
    (work / "data" / "pg_hba.conf").write_text(_HBA)


def _fill(found: Binaries, work: Path, rights: privilege.Privilege, seed: Seed) -> None:
    import psycopg

    server = supervisor.launch(server_command(found, rights, seed), work / "data", work, work / "log", rights.user)
    try:
        reach: dict[str, Any] = {"host": str(work), "user": seed.superuser}
        with psycopg.connect(**reach, dbname="postgres", autocommit=True) as connection:
            connection.execute("ALTER DATABASE template0 IS_TEMPLATE false")
            connection.execute("DROP DATABASE template0")
            connection.execute(f"ALTER DATABASE template1 RENAME TO {BASE}")
        with psycopg.connect(**reach, dbname=BASE) as connection:
            seed.fill(connection)
        with psycopg.connect(**reach, dbname=BASE, autocommit=True) as connection:
            # For the planner's statistics, and so that no such work is left for each clone.
            connection.execute("VACUUM (ANALYZE, FREEZE)")
    finally:
        supervisor.stop(server, signal.SIGINT)


def _pack(work: Path, partial: Path) -> None:
    packed = subprocess.run(
        ["tar", "-cf", str(partial), "-C", str(work), "data"], capture_output=True, text=True, check=False
    )
    if packed.returncode != 0:
        # tar only says that it wrote less than it wanted to.
        room = os.statvfs(partial.parent)
        if room.f_bavail * room.f_frsize < 1024 * 1024:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise UsageError(f"the cluster could not be cached in {partial.parent}: {packed.stderr.strip()}")
    with partial.open("rb") as written:
        os.fsync(written.fileno())


def _reachable(bin_dir: Path, rights: privilege.Privilege) -> Path:
    """Return a folder of the binaries that the server's user can reach: a copy, if a parent folder is closed to it."""
    if rights.user is None or _open_to_all(bin_dir):
        return bin_dir
    copy = paths.run_dir() / "binaries" / hashlib.sha256(str(bin_dir).encode()).hexdigest()[:16]
    if not copy.exists():
        copy.parent.mkdir(mode=0o711, exist_ok=True)
        paths.run_dir().chmod(0o711)
        partial = Path(tempfile.mkdtemp(dir=copy.parent))
        partial.chmod(0o755)
        shutil.copytree(bin_dir.parent, partial / "server")
        (partial / "server").rename(copy)
        partial.rmdir()
    return copy / "bin"


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))

"""A server of one's own: it may be killed, comes back with what was committed, and leaves nothing behind."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from connect import paths
from connect.processes import clean_environment
from pgproof.postgres import private
from pgproof.postgres.seed import Seed
from pgproof.timing import eventually

HOLDS = """
import sys
from pgproof.postgres import private
from pgproof.postgres.seed import Seed
server = private.acquire()
print(server.parameters["host"], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def private_server():
    """A server that the test has for itself."""
    with closing(private.acquire()) as server:
        yield server


def test_a_crash_keeps_what_was_committed(private_server):
    """After a SIGKILL of every process, committed rows are there and uncommitted ones are not."""
    with psycopg.connect(private_server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.execute("BEGIN; INSERT INTO kept VALUES (2)")
        started = connection.execute("SELECT pg_postmaster_start_time()").fetchone()
        private_server.crash()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with psycopg.connect(private_server.conninfo("postgres"), autocommit=True) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]
        assert connection.execute("SELECT pg_postmaster_start_time()").fetchone() != started


def test_two_private_servers_are_not_the_same(private_server):
    """Two of them are two servers."""
    with closing(private.acquire()) as other:
        assert other.parameters != private_server.parameters


def test_the_superuser_has_the_name_that_the_seed_gives():
    """A server like a hosted one, where postgres is a role with fewer rights, begins with another superuser."""
    with (
        closing(private.acquire(seed=Seed(superuser="the_platform"))) as server,
        psycopg.connect(server.conninfo("postgres")) as connection,
    ):
        roles = "SELECT rolname, rolsuper FROM pg_roles WHERE rolname !~ '^pg_'"
        assert connection.execute(roles).fetchall() == [("the_platform", True)]


def test_what_need_not_outlive_a_crash_waits_for_no_disk():
    """Unless durable is asked for, as it is where nothing is said, the server does not wait for a disk."""
    for durable, fsync in ((True, "on"), (False, "off")):
        with (
            closing(private.acquire(durable=durable)) as server,
            psycopg.connect(server.conninfo("postgres")) as connection,
        ):
            assert connection.execute("SHOW fsync").fetchone() == (fsync,)


def test_a_killed_holder_leaves_nothing():
    """However its holder ended, the server ends and its folder goes away."""
    environment = clean_environment({"PYTHONPATH": str(paths.ROOT / "src")})
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as holder:
        folder = Path(holder.stdout.readline().strip())
        assert (folder / "data").exists()
        holder.kill()
    assert eventually(lambda: not folder.exists())

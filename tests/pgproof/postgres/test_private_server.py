"""A server of one's own: it may be killed, comes back with what was committed, and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from connect import paths
from pgproof.postgres import private
from pgproof.timing import eventually
from tests.fix_runs import clean_environment

HOLDS = """
import sys
from pgproof.postgres import private
server = private.acquire()
print(server.parameters["host"], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server():
    """A private server."""
    server = private.acquire()
    yield server
    server.close()


def test_a_crash_keeps_what_was_committed(server):
    """After a SIGKILL of every process, committed rows are there and uncommitted ones are not."""
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.execute("BEGIN; INSERT INTO kept VALUES (2)")
        started = connection.execute("SELECT pg_postmaster_start_time()").fetchone()
        server.crash()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]
        assert connection.execute("SELECT pg_postmaster_start_time()").fetchone() != started


def test_it_is_nobody_elses(server):
    """Two of them are two servers."""
    other = private.acquire()
    assert other.parameters != server.parameters
    other.close()


def test_a_killed_holder_leaves_nothing():
    """However its holder ended, the server ends and its folder goes away."""
    settings = {"cwd": paths.ROOT, "env": clean_environment({}), "text": True}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **settings
    ) as holder:
        folder = Path(holder.stdout.readline().strip())
        assert (folder / "data").exists()
        holder.kill()
    assert eventually(lambda: not folder.exists())

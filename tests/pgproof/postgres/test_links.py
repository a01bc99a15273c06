"""A slow or dying way to a live database ends in one sentence about it, within a bound, and never in a verdict."""

import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from bench.link import link, nowhere
from bench.relay import Relay
from connect import paths
from connect.processes import clean_environment
from connect.project import PROJECT, REPLICAS
from pgproof import background, catalog
from pgproof.errors import UsageError
from pgproof.paths import run_dir
from pgproof.postgres import live
from pgproof.scripts import migration
from pgproof.timing import eventually

# Bytes that the server has answered: some of its parameters are told, and the catalog is being read.
LOGGING_IN, READING = 20, 20_000
SILENT = "prod: cannot connect to 127.0.0.1:{}: no answer within 2 s; is the address right, and may this machine reach"
SLOW = "prod: the answers did not come within 1 s, as the way to the database stalls or is too slow; nothing was judged"
BROKEN = "prod: the connection broke off while the database was read ("
IMPATIENT = {"stalls": ("stalls", LOGGING_IN), "crawls": ("crawls", LOGGING_IN), "is silent": ("stalls", 0)}
UNREAD = {"stalls": ("stalls", READING), "crawls": ("crawls", READING)}


@pytest.fixture(scope="module")
def reached(production, templates):
    """The folder of the server's socket, and how the role for live runs reaches a database by a port."""
    with templates.alone("connect_verifier"), psycopg.connect(production, autocommit=True) as connection:
        migration.apply(connection, paths.SQL / "verifier_role.sql")
    parameters = conninfo_to_dict(production)

    def by(port):
        return make_conninfo("", **{**parameters, "host": "127.0.0.1", "port": port, "user": "connect_verifier"})

    return parameters["host"], by


def refusal(dsn, seconds=None):
    """What is said when a database is read by a link that does not serve; None if it is read."""
    environment = replace(REPLICAS["prod"], dsn=SecretStr(dsn))
    try:
        with live.connect(environment, PROJECT.hooks) as connection:
            if seconds is not None:
                connection.give(seconds)
            catalog.read(connection)
    except UsageError as error:
        return str(error)
    return None


@pytest.fixture(scope="module")
def impatient(reached):
    """The refusals of links at which nobody gets in, all at once, with the shortest time that connecting can have."""
    folder, by = reached
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONNECT_TIME_UNIT", "0.01")
        ports = {
            name: stack.enter_context(link(folder, fault=fault, after=after)).port
            for name, (fault, after) in IMPATIENT.items()
        }
        ports["is not there"] = stack.enter_context(nowhere())
        begun = {name: background.started(lambda port=port: refusal(by(port))) for name, port in ports.items()}
        return {name: (ports[name], each.result()) for name, each in begun.items()}


@pytest.mark.parametrize("how", [*IMPATIENT, "is not there"])
def test_a_link_at_which_nobody_gets_in_is_given_up(impatient, how):
    """While logging in, a link that stalls or crawls is given up in time, and so is an address that never answers."""
    port, said = impatient[how]
    assert said.startswith(SILENT.format(port))


@pytest.fixture(scope="module")
def unread(reached):
    """The refusals of links that fail in the middle of the catalog, all at once, with one second for the reading."""
    folder, by = reached
    with ExitStack() as stack:
        ports = {
            name: stack.enter_context(link(folder, fault=fault, after=after)).port
            for name, (fault, after) in UNREAD.items()
        }
        begun = {name: background.started(lambda port=port: refusal(by(port), 1)) for name, port in ports.items()}
        return {name: each.result() for name, each in begun.items()}


@pytest.mark.parametrize("how", UNREAD)
def test_a_link_that_stalls_or_crawls_is_given_up(unread, how):
    """In the middle of the catalog, answers that do not come, or byte by byte, are given up; it says what to do."""
    said = unread[how]
    assert said.startswith(SLOW)
    assert said.endswith("Try again from nearer, or set CONNECT_TIME_UNIT above 1")


@pytest.mark.parametrize("after", [LOGGING_IN, READING])
def test_a_link_that_breaks_is_named(reached, after):
    """A connection that breaks off is called that, while logging in and in the middle of the catalog."""
    folder, by = reached
    with link(folder, fault="breaks", after=after) as broken:
        said = refusal(by(broken.port))
    assert said.startswith(
        BROKEN if after == READING else f"prod: cannot connect to 127.0.0.1:{broken.port}: the connection broke off"
    )
    assert "\n" not in said


def test_a_slow_link_that_serves_is_read(reached):
    """The same way without a fault, or with one that comes later than the answers, is read to the end."""
    folder, by = reached
    with link(folder, round_trip=0.01) as slow, link(folder, fault="breaks", after=1 << 30) as sound:
        assert refusal(by(slow.port)) is None
        assert refusal(by(sound.port)) is None


def test_nothing_is_left_running(reached, connect, production):
    """After a link has broken off or was given up, no thread and no session is left."""
    folder, by = reached
    # Those of the servers of other tests may end meanwhile.
    before = set(threading.enumerate())
    with link(folder, fault="breaks", after=READING) as broken, link(folder, fault="stalls", after=READING) as stalled:
        assert refusal(by(broken.port)) is not None
        assert refusal(by(stalled.port), 0.1) is not None
    assert set(threading.enumerate()) <= before
    mine = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'connect_verifier' AND datname = current_database()"
    admin = connect(production)
    assert eventually(lambda: admin.execute(mine).fetchone() == (0,))


def test_a_run_by_a_link_that_breaks_judges_nothing(reached, run):
    """Exit code 4 and one sentence, although the other environment answers; no test is run, and no traceback shown."""
    folder, by = reached
    with link(folder, fault="breaks", after=READING) as broken, link(folder) as sound:
        dsns = {"CONNECT_PROD_DSN": by(broken.port), "CONNECT_STAGING_DSN": by(sound.port)}
        done = run("-m", "schema or security or parity", "--live", **dsns)
    assert done.returncode == 4, done.stdout
    (said,) = done.stderr.strip().splitlines()
    assert said.startswith(f"ERROR: {BROKEN}")
    assert "passed" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_run_says_what_is_wrong_with_each_environment(reached, run):
    """Where both ways break off, both sentences are printed."""
    folder, by = reached
    with link(folder, fault="breaks", after=READING) as broken:
        dsns = {"CONNECT_PROD_DSN": by(broken.port), "CONNECT_STAGING_DSN": by(broken.port)}
        done = run("-m", "schema", "--live", **dsns)
    assert done.returncode == 4, done.stdout
    assert [line.partition(" (")[0] for line in done.stderr.strip().splitlines()] == [
        f"ERROR: {BROKEN.removesuffix(' (')}",
        BROKEN.removesuffix(" (").replace("prod", "staging"),
    ]


def test_a_comparison_by_a_link_that_breaks_is_none(reached):
    """`diff` ends with exit code 2 and the same sentence."""
    folder, by = reached
    with link(folder, fault="breaks", after=READING) as broken, link(folder) as sound:
        done = subprocess.run(
            [sys.executable, "-m", "harness", "diff", "live:prod", by(sound.port)],
            cwd=paths.ROOT,
            env=clean_environment({"CONNECT_PROD_DSN": by(broken.port)}),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().startswith(BROKEN)


def test_a_live_run_waits_four_times(reached, run):
    """After connecting, an environment takes four round trips, however many tests judge it."""
    folder, by = reached
    # In the run folder, because the length of a socket's path is limited.
    with tempfile.TemporaryDirectory(dir=run_dir()) as mine, closing(Relay(Path(mine), Path(folder))) as relay:
        dsn = make_conninfo(by(5432), host=mine)
        done = run("-m", "schema or security", "--env", "prod", "--live", CONNECT_PROD_DSN=dsn)
    assert done.returncode == 0, done.stdout
    assert (relay.connections, relay.round_trips) == (1, 4)

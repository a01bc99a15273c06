"""A live run with --deep reads every row, whatever constraints say, and the indexes by which rows are found."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest
from pydantic import SecretStr

from connect import amcheck, deep, integrity
from connect.passes import Seen
from connect.paths import ROOT
from connect.processes import clean_environment
from connect.project import REPLICAS
from connect.snapshot import read
from pgproof import catalog

PAST = "SET session_replication_role = replica;"
# Committed, since each of several connections has to see them; past every constraint, as nobody should.
WRONG = (
    PAST + "UPDATE chat_messages SET seq = NULL WHERE seq = 61",
    PAST + "UPDATE chat_messages SET chat_id = gen_random_uuid() WHERE seq = 59",
    # A second one that a valid index knows nothing of.
    "UPDATE pg_index SET indisready = false WHERE indexrelid = 'uq_chat_messages_chat_id_seq'::regclass",
    PAST + "UPDATE chat_messages SET seq = 57 WHERE seq = 58",
    "UPDATE pg_index SET indisready = true WHERE indexrelid = 'uq_chat_messages_chat_id_seq'::regclass",
)
FOUND = {"messages without seq": 1, "orphans chat_messages.chat_id": 1, "duplicate seq": 1}


@pytest.fixture
def wrong(own_production):
    """A database with wrong rows under constraints that all call themselves valid."""
    for statements in WRONG:
        with psycopg.connect(own_production, autocommit=True) as connection:
            connection.execute(statements)
    return own_production


@pytest.fixture
def read_deeply():
    """Returns what a deep reading finds, page by page."""

    def find(conninfo):
        def connect():
            return psycopg.connect(conninfo, autocommit=True)

        with closing(connect()) as connection:
            catalog.begin_reading(connection)
            return deep.read("prod", connection, catalog.read(connection), connect, pages=1)

    return find


def test_every_row_is_read(wrong, read_deeply):
    """Rows that broke a rule past valid constraints are counted, each once, however the table is divided."""
    found = read_deeply(wrong)
    assert {name: fact.rows for name, fact in found.facts.items() if fact.rows} == {**FOUND, "messages": 183}
    assert all(fact.complete for fact in found.facts.values())
    assert found.advice == ("the indexes were not checked: CREATE EXTENSION amcheck is missing here",)


def test_a_broken_index_is_named(wrong):
    """The row is found that the index lacks, by amcheck; a sound index is not mentioned."""
    with psycopg.connect(wrong, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION amcheck")
        catalog.begin_reading(connection)
        found = amcheck.check(connection)
    ((table, said),) = found.wrong
    assert table == "chat_messages"
    assert "uq_chat_messages_chat_id_seq cannot be trusted" in said
    assert found.advice == ()


def test_a_role_that_may_not_check_is_told_the_grant(own_production, as_verifier):
    """Without the right to call amcheck, the indexes are said to be unchecked, with what mends it; with it they are."""
    with psycopg.connect(own_production, autocommit=True) as owner:
        owner.execute("CREATE EXTENSION amcheck")
        with psycopg.connect(as_verifier(own_production), autocommit=True) as connection:
            catalog.begin_reading(connection)
            ((said,),) = amcheck.check(connection)[1:]
            grant = said.rpartition("; ")[2]
            connection.execute("ROLLBACK")
            owner.execute(grant.encode())
            catalog.begin_reading(connection)
            assert amcheck.check(connection) == ((), ())


def test_a_live_run_reads_deeply_when_told(wrong, as_verifier):
    """Of a live database every row is read with --deep; without it, small tables are read all the same."""
    dsn = as_verifier(wrong)
    for deeply in (True, False):
        environment = replace(REPLICAS["prod"], dsn=SecretStr(dsn), deep=deeply)
        with psycopg.connect(dsn, autocommit=True) as connection:
            catalog.begin_reading(connection)
            found = read(environment, connection)
        counted = {name: fact.rows for name, fact in found.facts.items() if fact.rows and name != integrity.MESSAGES}
        # What a unique index proves is not read without being told.
        assert counted == {name: rows for name, rows in FOUND.items() if deeply or name != "duplicate seq"}
        assert [row.check for row in found.validation if row.status != "✓ PASS"] == ["messages with seq", "orphans"]


def test_the_option_reaches_the_rows(wrong, as_verifier, run):
    """With --deep the test of a fact that an index proves says what is wrong with the rows."""
    test = "tests/schema/test_data.py::test_no_seq_is_used_twice"
    done = run("--live", "--deep", "--env", "prod", test, CONNECT_PROD_DSN=as_verifier(wrong))
    assert done.returncode == 1
    assert "duplicate (chat_id, seq): expected 0, found 1" in done.stdout
    assert "prod: advice: the indexes were not checked: CREATE EXTENSION amcheck is missing here" in done.stdout


@pytest.mark.parametrize("wrong_piece", [0, 1])
def test_what_fails_leaves_the_rest_unread(wrong_piece):
    """A reading that fails ends with the failure, and not after all that nobody will see."""
    taken = []

    class Piece:
        pages = 1

        def __init__(self, number):
            self.number = number

        def read(self, _):
            taken.append(self.number)
            if self.number == wrong_piece:
                raise psycopg.errors.QueryCanceled("too long")
            return {"orphans": Seen(1, complete=True)}

    with pytest.raises(psycopg.errors.QueryCanceled, match="too long"):
        deep._read("prod", [None], list(map(Piece, range(9))))
    assert taken == list(range(wrong_piece + 1))


def test_a_process_ends_though_rows_are_left():
    """After Ctrl-C nobody waits for the rows that are not read yet."""
    program = (
        "from connect import deep; from pgproof import background; import threading\n"
        "begun = threading.Event()\n"
        "class Piece:\n"
        "    pages = 1\n"
        "    def read(self, _): begun.set(); threading.Event().wait()\n"
        "background.started(lambda: deep._read('prod', [None], [Piece()]))\n"
        "assert begun.wait(60)\n"
    )
    environment = clean_environment({"PYTHONPATH": str(ROOT / "src")})
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")

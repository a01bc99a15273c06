"""Scripts that their runner puts in a transaction: it begins, holds and ends as it does there."""

from dataclasses import replace
from pathlib import Path

import pytest

from pgproof.migrations.runners import RUNNERS
from pgproof.rehearsal import interrupting, locking
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

CASES = Path(__file__).with_name("cases")
TWO = "ALTER TABLE public.notes ADD seen boolean; CREATE INDEX notes_seen ON public.notes (seen)"


@pytest.fixture
def shelves_base(scratch_server):
    """The name of a database with the examples' baseline."""
    baseline = script.read(CASES / "baseline.sql")
    with scratch_server.made(scratch_server.start, lambda connection: running.run(connection, baseline)) as name:
        yield name


def of(text, tool="goose"):
    """A script as a tool runs it."""
    return RUNNERS[tool].run(script.parse(Path("up.sql"), text), None)


def columns(database):
    """How many columns the notes have, as another session sees them."""
    query = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'public.notes'::regclass AND attnum > 0"
    return database.observer().execute(query).fetchone()[0]


def test_a_part_of_a_wrapped_script_stays_open(scratch_server, shelves_base):
    """Up to any statement, the first and the last too, nobody else sees what it did; at its end everybody does."""
    up = of(TWO)
    with scratch_server.clone(shelves_base) as database:
        before = columns(database)
        for until in (0, 1, 2):
            with database.connect() as connection:
                ran = running.run(connection, up, until=until)
                assert (ran.left_open, ran.failure, columns(database)) == (True, None, before)
        with database.connect() as connection:
            assert not running.run(connection, up).left_open
            assert columns(database) == before + 1


@pytest.mark.parametrize("how", interrupting.HOW)
def test_a_wrapped_script_is_atomic_however_it_is_interrupted(scratch_server, shelves_base, how):
    """The same file without a transaction is not."""
    wrapped, bare = of(TWO), of(TWO, "psql")
    for up, found in ((wrapped, 0), (bare, 1)):
        assert len(list(interrupting.atomic(Rehearsal(scratch_server, shelves_base, (up,)), (), up, how))) == found


def test_locks_of_a_wrapped_script_are_held_to_its_end(scratch_server, shelves_base):
    """The second statement takes nothing new: the first one's lock is stronger and still there."""
    up, bare = of(TWO), of(TWO, "psql")
    rehearsal = Rehearsal(scratch_server, shelves_base, (up,))
    taken = [each.locks.get("public.notes") for each in locking.footprints(rehearsal, (), up)]
    assert taken == ["AccessExclusiveLock", None]
    taken = [each.locks.get("public.notes") for each in locking.footprints(rehearsal, (), bare)]
    assert taken == ["AccessExclusiveLock", "ShareLock"]


def test_what_fails_at_the_end_of_the_transaction_is_a_failure(scratch_server, shelves_base):
    """A constraint that is checked late fails at the runner's COMMIT, and nothing stays."""
    text = (
        "CREATE TABLE public.replies (note int REFERENCES public.notes DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO public.replies VALUES (-1)"
    )
    with scratch_server.clone(shelves_base) as database, database.connect() as connection:
        ran = running.run(connection, of(text))
        assert ran.failure is not None
        assert (ran.failure.line, ran.failure.sqlstate, ran.left_open) == (2, "23503", False)
        assert connection.execute("SELECT to_regclass('public.replies')").fetchone() == (None,)


def test_a_script_may_end_its_runners_transaction(scratch_server, shelves_base):
    """What comes after its own COMMIT is outside, as with the tool."""
    with scratch_server.clone(shelves_base) as database, database.connect() as connection:
        before = columns(database)
        ran = running.run(
            connection, of("ALTER TABLE public.notes ADD a int; COMMIT; ALTER TABLE public.notes ADD b int; SELECT 1/0")
        )
        assert (ran.failure.sqlstate, columns(database)) == ("22012", before + 2)


@pytest.mark.parametrize(("tool", "words"), [("goose", "NO TRANSACTION"), ("golang-migrate", "alone in a file")])
def test_what_cannot_run_in_the_transaction_says_the_way_out(scratch_server, shelves_base, tool, words):
    """Each tool has its own."""
    with scratch_server.clone(shelves_base) as database, database.connect() as connection:
        failure = running.run(connection, of("SELECT 1; VACUUM public.notes", tool)).failure
    assert failure.sqlstate == "25001"
    assert words in failure.advice


def test_a_statement_that_the_runner_takes_out_divides_the_transaction(scratch_server, shelves_base):
    """What came before it stays, what comes after it is rolled back alone."""
    up = of(
        "ALTER TABLE public.notes ADD a int; VACUUM public.notes; ALTER TABLE public.notes ADD b int; SELECT 1/0",
        "supabase",
    )
    with scratch_server.clone(shelves_base) as database:
        before = columns(database)
        with database.connect() as connection:
            assert running.run(connection, up).failure.sqlstate == "22012"
        assert columns(database) == before + 1
    assert not interrupting.can_be_atomic(up)


def test_rows_are_copied_and_a_bad_one_has_its_line(scratch_server, shelves_base):
    """Quotes, semicolons and empty lines in the rows are rows."""
    text = (
        "COPY public.notes (id, body) FROM stdin;\n101\tit's; -- fine\n102\t\n\\.\n"
        "COPY public.notes (id, body) FROM stdin;\n103\tx\nx\tx\n\\.\n"
    )
    copied = script.parse(Path("up.sql"), text)
    with scratch_server.clone(shelves_base) as database, database.connect() as connection:
        failure = running.run(connection, copied).failure
        assert (failure.line, failure.sqlstate) == (7, "22P02")
        query = "SELECT array_agg(body ORDER BY id) FROM public.notes WHERE id > 100"
        assert connection.execute(query).fetchone() == (["it's; -- fine", ""],)
        whole = replace(copied, statements=copied.statements[:1], wrapped=True)
        assert running.run(connection, whole).failure.sqlstate == "23505"

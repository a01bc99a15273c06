"""A chain of pairs: each down is judged after its own up, and the work grows with the chain, not with its square."""

from pathlib import Path

import pytest

from pgproof.rehearsal import Config, checks, interrupting, repeating, reversing, steps
from pgproof.rehearsal.findings import Result
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

BASE = script.parse(Path("baseline.sql"), "CREATE TABLE public.notes (id int PRIMARY KEY)")


def parsed(name, text):
    """A script without a file."""
    return script.parse(Path(name), f"BEGIN; {text}; COMMIT")


@pytest.fixture
def base(scratch_server):
    """The name of a database with one table."""
    with scratch_server.made(scratch_server.start, lambda connection: running.run(connection, BASE)) as name:
        yield name


def chain(length):
    """Pairs of scripts, each of which adds a table."""
    return tuple(
        (
            parsed(f"up_{place}.sql", f"CREATE TABLE IF NOT EXISTS public.added_{place} (id int)"),
            parsed(f"down_{place}.sql", f"DROP TABLE public.added_{place}"),
        )
        for place in range(length)
    )


def rehearsal_of(server, base, pairs, *, paired=True):
    """The rehearsal of pairs, the last down first."""
    ups, downs = tuple(up for up, _ in pairs), tuple(down for _, down in reversed(pairs))
    return Rehearsal(server, base, ups, downs, pairs=pairs if paired else ())


def test_a_down_is_judged_after_its_own_up(scratch_server, base):
    """The down of the last up cannot run after the first one alone, and does not have to if it is only for the last."""
    pairs = chain(2)
    assert list(reversing.reversible(rehearsal_of(scratch_server, base, pairs))) == []
    assert list(reversing.half_way(rehearsal_of(scratch_server, base, pairs))) == []
    (found,) = reversing.half_way(rehearsal_of(scratch_server, base, pairs, paired=False))
    assert (found.name, found.file) == ("half-way-not-reversible", "down_1.sql")


def test_the_down_that_leaves_something_is_the_one_that_is_named(scratch_server, base):
    """Not the last one of the way, nor those that run after it."""
    first, (up, _), last = chain(3)
    forgets = up, parsed("down_1.sql", "COMMENT ON TABLE public.added_1 IS 'still here'")
    found = list(reversing.reversible(rehearsal_of(scratch_server, base, (first, forgets, last))))
    # Up again then finds the comment that was left.
    assert [(each.name, each.file) for each in found] == [
        ("not-reversible", "down_1.sql"),
        ("not-repeatable", "down_0.sql"),
    ]
    assert "public.added_1" in found[0].what


def test_the_work_of_a_chain_is_linear(scratch_server, base, monkeypatch):
    """Two more pairs cost what the two before them did: scripts that are run, and databases that are made."""
    counted = []

    def counting(action):
        def act(*given, **named):
            counted.append(action)
            return action(*given, **named)

        return act

    monkeypatch.setattr(running, "run", counting(running.run))
    monkeypatch.setattr(scratch_server, "open", counting(scratch_server.open))
    work = []
    for length in (2, 4, 6):
        counted.clear()
        result = Result()
        asked = Config([], [], [], supabase=False, sizes=(), accepted=frozenset({"no-lock-timeout"}))
        checks.hold(asked, rehearsal_of(scratch_server, base, chain(length)), (), result)
        assert {each.name for each in result.findings} <= {"no-lock-timeout"}
        work.append(len(counted))
    assert work[2] - work[1] <= work[1] - work[0]


def test_the_same_without_a_transaction_is_linear(scratch_server, base, monkeypatch):
    """Also where each interruption leaves something, so that a fresh copy is needed."""
    made = []
    opened = scratch_server.open
    monkeypatch.setattr(scratch_server, "open", lambda template: made.append(template) or opened(template))
    work = []
    for length in (2, 4, 6):
        made.clear()
        ups = tuple(
            script.parse(Path(f"up_{n}.sql"), f"CREATE TABLE public.a_{n} (id int); CREATE TABLE public.b_{n} (id int)")
            for n in range(length)
        )
        rehearsal = Rehearsal(scratch_server, base, ups)
        assert len(list(interrupting.all_atomic(rehearsal))) == length
        assert len(list(repeating.idempotent(rehearsal))) == length
        work.append(len(made))
    assert work[2] - work[1] <= work[1] - work[0]


def test_roles_of_one_check_do_not_reach_the_next(scratch_server, base):
    """Whatever a script does to a role, its settings and memberships, a copy begins without it."""
    names = "SELECT rolname, rolcreatedb FROM pg_roles WHERE rolname LIKE 'rehearsed%' ORDER BY 1"
    settings = "SELECT count(*) FROM pg_db_role_setting"
    change = script.parse(
        Path("up.sql"),
        "CREATE ROLE rehearsed_one CREATEDB; CREATE ROLE rehearsed_two; GRANT rehearsed_one TO rehearsed_two;"
        "GRANT SELECT ON public.notes TO rehearsed_two; ALTER ROLE rehearsed_two SET work_mem = '5MB';"
        "GRANT SET ON PARAMETER log_statement TO rehearsed_two; COMMENT ON ROLE rehearsed_one IS 'first'",
    )
    rehearsal = Rehearsal(scratch_server, base, (change,))
    with rehearsal.after(()) as database:
        (before,) = database.observer().execute(settings).fetchall()
    with rehearsal.after((change,)) as database:
        assert database.observer().execute(names).fetchall() == [("rehearsed_one", True), ("rehearsed_two", False)]
        assert steps.apply(database, parsed("off.sql", "SET ROLE rehearsed_two; SELECT id FROM notes")).failure is None
    with rehearsal.after(()) as database:
        assert database.observer().execute(names).fetchall() == []
        assert database.observer().execute(settings).fetchall() == [before]
    # The database that went along the way still has them.
    with rehearsal.after((change,)) as database:
        assert len(database.observer().execute(names).fetchall()) == 2
        dropped = parsed("down.sql", "DROP OWNED BY rehearsed_two; DROP ROLE rehearsed_two; DROP ROLE rehearsed_one")
        assert steps.apply(database, dropped).failure is None

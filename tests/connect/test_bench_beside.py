"""Each benchmark beside what a user would pick, in its smallest form; a missing rival is named."""

import pytest

from bench import pairs, single_changes
from bench.beside import databases, guide, linters, naive_queries, pgtap, workers
from bench.comparers import Comparer, ours
from bench.measure import Line, Row
from bench.surroundings import own_surroundings
from bench.verdicts import Absent, Beside, Told


@pytest.fixture
def alone():
    """A run folder of its own, as a benchmark has one; without live databases."""
    with own_surroundings():
        yield


@pytest.fixture
def without_rivals(monkeypatch, tmp_path):
    """No rival is installed, wherever one may be."""
    monkeypatch.setenv("CONNECT_RIVALS", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def absent(rows):
    """The rivals that are named as not installed."""
    return {row.rival for row in rows if isinstance(row, Absent) and "not installed" in row.why}


def test_own_databases_are_measured(alone, without_rivals):
    """A test that needs a migrated database gets it by our fixture; both rivals are named."""
    rows = list(databases.rows(databases=1, rounds=1))
    assert [row.what for row in rows if isinstance(row, Row)] == ["own fixtures, 1 databases"]
    assert absent(rows) == {"pytest-postgresql", "testing.postgresql"}


def test_the_rows_that_rivals_load_are_ours(templates, connect):
    """They are SQL that any client runs, and nothing is lost on the way."""
    with templates.clone(pairs.REPLICAS["prod"], "baseline") as conninfo:
        text = databases.rows_of(conninfo)
        connection = connect(conninfo)
        count = connection.execute("SELECT count(*) FROM public.chat_messages").fetchone()
        connection.execute("TRUNCATE public.chats, auth.users CASCADE")
        connection.execute(text)
        assert connection.execute("SELECT count(*) FROM public.chat_messages").fetchone() == count


def test_workers_are_compared(alone, tmp_path):
    """The same tests passed with each number of workers."""
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    rows = list(workers.rows(part=(str(tmp_path),), workers=(1, 2)))
    assert [row.what for row in rows if isinstance(row, Beside)] == ["time with 2 workers"]


def test_linters_are_asked_about_what_blocks_and_what_does_not(without_rivals):
    """Our own command tells the first, and not the second; what is not installed says how it could be."""
    rows = list(linters.rows(most=1))
    assert {row.what.strip(): row.said for row in rows if isinstance(row, Line)} == {
        "rehearse": "this",
        "does not tell 0": "",
        "is wrong about 0": "",
        "squawk": "not installed; `pip install squawk-cli`",
        "eugene": "not installed; `cargo install eugene`, or a release of kaaveland/eugene",
    }
    assert absent(rows) == {"squawk", "eugene"}


def test_the_rules_that_count_are_those_of_the_document():
    """A rule counts if docs/hazards.md holds it against a finding that somebody has to wait for."""
    squawk, eugene = linters.counted_rules("squawk"), linters.counted_rules("eugene")
    assert {"require-concurrent-index-creation", "changing-column-type"} <= squawk
    assert not squawk & {"prefer-robust-stmts", "require-lock-timeout", "ban-drop-column", "prefer-text-field"}
    assert {"E1", "E6", "E10", "W14"} <= eugene
    assert not eugene & {"E3", "E9", "W13"}


def test_the_naive_queries_and_ours_answer_on_many_messages():
    """004 passes on what was made, and the naive queries find nothing wrong either."""
    with naive_queries.filled(2000) as conninfo:
        assert guide.validated(conninfo).passed > 30
        said = naive_queries.psql.run(conninfo, naive_queries.NAIVE)
    assert "2000 |     2000" in said


def test_what_messages_add_has_a_bound():
    """The time beyond that of the smallest size is judged, and told where we are not ahead."""
    names = (naive_queries.RIVAL, naive_queries.FILE, naive_queries.LIVE)
    first = {name: [1.0] for name in names}
    later = {name: [1.25 if name == naive_queries.FILE else 3.0] for name in names}
    rows = list(naive_queries.judged("9 messages", {name: guide.Answers(7) for name in names}, later, first))
    added = {row.what.strip(): row.cells()[-1] for row in rows if isinstance(row, Row) and row.bound}
    assert list(added.values()) == ["within the bound", "EXCEEDS THE BOUND"]
    verdicts = [row.verdict for row in rows if isinstance(row, Beside)]
    assert verdicts[0] == "ahead"
    assert verdicts[1].endswith("of its time the messages add 2000 ms, of theirs 2000 ms")


def test_what_was_not_decided_is_told_beside_the_time():
    """A fast answer that leaves something open does not pass for a whole one."""
    names = (naive_queries.RIVAL, naive_queries.FILE, naive_queries.LIVE)
    answers = {name: guide.Answers(7) for name in names} | {naive_queries.LIVE: guide.Answers(6, ["test_a"])}
    samples = {name: [1.0] for name in names}
    rows = list(naive_queries.judged("9 messages", answers, samples, samples))
    assert [row.what for row in rows if isinstance(row, Beside)] == [
        "time of 004, 9 messages",
        "time of pytest -m schema --live, 9 messages, 1 of its checks undecided",
    ]
    assert "answers 6 and leaves test_a undecided, the naive queries 7" in rows[-1].verdict


def test_single_changes_are_told_or_missed():
    """A rival that always says the same misses every change, and is not ahead."""
    mute = Comparer("mute", "1", lambda one, two: ["true", one, two], (0,))
    rows = list(single_changes.rows(known=(ours(), mute), most=1))
    told = next(row for row in rows if isinstance(row, Told))
    assert (told.figure, told.verdict) == ("1 to 0 of 1", "ahead")


def test_the_guide_is_judged_by_us_and_by_pgtap_where_it_is_installed(alone, without_rivals):
    """Ours passes after the migration and fails before it; pgTAP is named with how to install it."""
    rows = list(pgtap.rows(rounds=1))
    assert [row.what.partition(",")[0] for row in rows if isinstance(row, Row)] == ["an empty pytest run", "ours"]
    assert absent(rows) == {pgtap.RIVAL}

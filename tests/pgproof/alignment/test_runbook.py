"""The runbook of an alignment says what is done, by which command, what to see, and what was not proved."""

from dataclasses import replace

import pytest

from pgproof.alignment import runbook
from pgproof.alignment.steps import Alignment, File, Side, Step
from pgproof.catalog import Catalog

TABLE = {"kind": "r", "owner": "keeper"}
BEFORE = Catalog(
    {
        ("schema", "app"): {},
        ("relation", "app.t"): TABLE,
        ("column", "app.t.a_b"): {"not null": False},
        ("column", "app.t.old"): {"not null": False},
    },
    {
        ("relation", "app.t"): ("schema", "app"),
        ("column", "app.t.a_b"): ("relation", "app.t"),
        ("column", "app.t.old"): ("relation", "app.t"),
    },
)
AFTER = replace(
    BEFORE,
    objects={key: each for key, each in BEFORE.objects.items() if key[1] != "app.t.old"}
    | {("column", "app.t.a_b"): {"not null": True}},
)
SET = Step("ALTER TABLE app.t ALTER a_b SET NOT NULL", "column", "app.t", ("app.t.a_b",), lock="ACCESS EXCLUSIVE")
DROP = Step("ALTER TABLE app.t DROP COLUMN old", "column", "app.t", ("app.t.old",), destructive=True)
# What a function that a script makes says by itself is nothing that whoever runs the script sees.
TEXT = "RAISE NOTICE '✓ 001.sql is already applied'; CREATE FUNCTION app.f() … RAISE NOTICE 'hello, %', name;"
UPS = (
    File("up", "001_columns.sql", "columns of app.t", (SET,), True, TEXT, ("✓ it's 100% done",)),
    File("up", "002_more.sql", "columns of app.t", (DROP,), False, "RAISE NOTICE 'app.t: all of % row(s) go'"),
)
DOWNS = tuple(File("down", each.name, f"{each.title}, taken back", (), True, "") for each in UPS[::-1])


@pytest.fixture
def alignment():
    """Two scripts, and two back."""
    sides = Side("live:prod", AFTER), Side("live:staging", BEFORE, {"app.t": 12345})
    return Alignment(
        *sides, UPS, DOWNS, ("view app.v: no statement",), ("table app.x: only with --allow-loss",), ("n",)
    )


def page(alignment, *, proven=True, report=("✓ applies",)):
    """The page."""
    return runbook.text(alignment, AFTER, proven=proven, report=report)


def test_each_script_has_its_command_and_what_to_see(alignment):
    """The scripts stand in the order in which they are run, each with its command and its notices."""
    text = page(alignment)
    assert text.startswith("# Runbook: making live:staging like live:prod\n")
    up = [f'    psql -v ON_ERROR_STOP=1 -d "$DSN" -f {each.path}\n' for each in (*UPS, *DOWNS)]
    places = [text.index(each) for each in up]
    assert places == sorted(places)
    assert "You should see:\n\n    ✓ it's 100% done\n" in text
    assert "already applied" not in text
    assert "hello" not in text
    assert text.count("You should see:") == 1
    assert text.count("cannot run in a transaction, so not in the SQL editor") == 1
    assert "-f validation.sql\n" in text


def test_what_is_done_is_told_in_the_words_of_diff(alignment):
    """Each difference that goes has a line, in which no name is taken for Markdown."""
    text = page(alignment)
    assert "- column app.t.a\\_b: NOT NULL only in A\n" in text
    assert "- column app.t.old: only in B\n" in text


def test_what_is_lost_is_said_before_and_after(alignment):
    """A script that drops something says so, and that the way back does not bring it."""
    text = page(alignment)
    assert "**These scripts lose what is in:** `app.t.old`." in text
    assert "What was in `app.t.old` is only in the backup." in text
    assert "lose" not in page(replace(alignment, ups=UPS[:1]))
    shorter = replace(SET, sql="ALTER TABLE app.t ALTER a_b TYPE int USING a_b::int", destructive=True)
    text = page(replace(alignment, ups=(replace(UPS[0], steps=(shorter,)),)))
    assert "**These scripts lose what is in:** `app.t.a_b` (what does not fit its new type)." in text


def test_what_the_way_back_loses_is_said(alignment):
    """What people write into a new column goes with it, and the page says so where the way back stands."""
    back = Step("ALTER TABLE app.t DROP COLUMN new", "column", "app.t", ("app.t.new",), destructive=True)
    text = page(replace(alignment, ups=UPS[:1], downs=(replace(DOWNS[1], steps=(back,)),)))
    assert "**The way back loses what is in:** `app.t.new`." in text
    assert "These scripts lose" not in text
    assert "The way back loses" not in page(alignment)


def test_who_runs_it_and_when(alignment):
    """The owner of the tables is named, and how many rows they have is called an estimate."""
    text = page(alignment)
    assert "Run everything as `keeper` (the owner of the tables that are changed)" in text
    assert "rows (an estimate by the server)" in text
    assert "| app.t | about 12345 | access exclusive | none | 001, 002 |\n" in text
    assert "in which few people write" in text
    unknown = replace(alignment, b=replace(alignment.b, rows={}))
    assert "| app.t | not known | access exclusive |" in page(unknown)


INDEX = Step("CREATE INDEX i ON app.t (a_b)", "index", "app.t", ("app.i",), lock="SHARE")
EASY = replace(INDEX, sql="CREATE INDEX CONCURRENTLY i ON app.t (a_b)", lock="SHARE UPDATE EXCLUSIVE")


@pytest.mark.parametrize(
    ("up", "back", "said", "never"),
    [
        (INDEX, EASY, "in which few people write", "any will do"),
        (replace(INDEX, lock="SHARE ROW EXCLUSIVE"), EASY, "in which few people write", "any will do"),
        (EASY, EASY, "any will do. No script of `up/` makes anybody wait", "The way back does"),
        (EASY, INDEX, "The way back does: while it changes a table, whoever needs that table waits.", "few people"),
    ],
)
def test_the_hour_counts_every_lock_that_keeps_somebody_from_writing(alignment, up, back, said, never):
    """Also where people can still read, and on the way back, which has no hour of its own."""
    ups, downs = (replace(UPS[0], steps=(up,)),), (replace(DOWNS[1], steps=(back,)),)
    text = page(replace(alignment, ups=ups, downs=downs))
    assert said in text
    assert never not in text
    assert f"| app.t | about 12345 | {up.lock.lower()} | {back.lock.lower()} | 001 |\n" in text
    assert ("up to two seconds" in page(replace(alignment, ups=(replace(ups[0], transactional=False),)))) is True
    assert "two seconds" not in text


@pytest.mark.parametrize("all_tables", [True, False])
def test_a_publication_of_all_tables_sends_the_marks(alignment, all_tables):
    """The page has what a subscriber needs first; one of some tables, as Supabase's realtime has, sends no mark."""
    publication = {("publication", '"All"'): {"all tables": all_tables}}
    before = replace(BEFORE, objects=BEFORE.objects | publication)
    text = page(replace(alignment, b=replace(alignment.b, catalog=before)))
    assert ('5. `"All"` publishes all tables' in text) == all_tables
    assert ("\n       CREATE TABLE alignment_marks.applied (\n" in text) == all_tables
    assert "\n\n\n" not in text
    none = replace(alignment, ups=(), downs=(), b=replace(alignment.b, catalog=before))
    assert "publishes all tables" not in page(none)


def test_what_was_not_proved_is_said_at_the_top(alignment):
    """A page without a proof says NOT PROVEN, in its first lines and where the proof would stand."""
    assert "NOT PROVEN" not in page(alignment)
    text = page(alignment, proven=False, report=())
    assert "**NOT PROVEN** as a whole" in text[:200]
    assert "    NOT PROVEN: there was nothing to run, or no rehearsal was made\n" in text
    assert "## What was proved" in text


def test_what_was_not_written_is_named_with_the_reason(alignment):
    """Nothing is left out in silence."""
    text = page(alignment)
    assert "- Not written: view app.v: no statement\n" in text
    assert "- Left out: table app.x: only with --allow-loss\n" in text
    assert "Nothing: there is a script for each difference" not in text
    assert "Nothing: there is a script for each difference" in page(replace(alignment, not_written=(), left_out=()))


def test_two_that_are_alike_need_nothing(alignment):
    """Without a script the page still says what to do: nothing."""
    none = replace(alignment, ups=(), downs=(), b=replace(alignment.b, catalog=AFTER))
    text = page(none)
    assert "Nothing: the two do not differ" in text
    assert "There is nothing to take back." in text
    assert "## Step 1: validate" in text


def test_no_secret_is_on_the_page(alignment):
    """What a report or a note holds of a password is left out."""
    text = page(alignment, report=["failed: postgresql://me:very-secret-1@host/db"])
    assert "very-secret-1" not in text


def test_there_are_no_gaps_on_the_page(alignment):
    """Two blocks are never more than one empty line apart, and every section begins after one."""
    losing = replace(alignment, downs=(replace(DOWNS[0], steps=(DROP,)),))
    for text in (page(alignment), page(alignment, proven=False, report=()), page(losing)):
        assert "\n\n\n" not in text
        lines = text.splitlines()
        assert all(not lines[place - 1] for place, line in enumerate(lines) if line.startswith("#") and place)

"""What a timeline shows: each lock from its statement to the end of its transaction, and the sends that matter."""

from pathlib import Path

import pytest

from pgproof.rehearsal import stalling, timeline
from pgproof.rehearsal.steps import Rehearsal
from pgproof.rehearsal.traffic import Worker
from pgproof.scripts import script

TWO_TABLES = "CREATE TABLE one (x int); CREATE TABLE other (x int)"
AT_ONCE = "BEGIN;\nLOCK TABLE one IN SHARE MODE;\nLOCK TABLE other IN EXCLUSIVE MODE;\nCOMMIT;"
APART = "BEGIN;\nLOCK TABLE one IN SHARE MODE;\nCOMMIT;\nBEGIN;\nLOCK TABLE other IN EXCLUSIVE MODE;\nCOMMIT;"
STRONGER = "BEGIN;\nLOCK TABLE one IN SHARE MODE;\nLOCK TABLE one IN ACCESS EXCLUSIVE MODE;\nCOMMIT;"
ALONE = "CREATE INDEX ON one (x);\nALTER TABLE other ALTER x SET NOT NULL;"
FAILS = "BEGIN;\nLOCK TABLE one IN SHARE MODE;\nSELECT 1/0;"


@pytest.fixture
def timeline_of(scratch_server):
    """The timeline of a script on two empty tables, on which somebody locks what a send would lock."""

    def measure(text):
        up = script.parse(Path("up.sql"), text)
        with scratch_server.made(scratch_server.start, lambda session: session.execute(TWO_TABLES)) as base:
            (stall,) = stalling.measure(Rehearsal(scratch_server, base, (up,)))
        return stall.timeline

    return measure


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (AT_ONCE, [("public.one", "ShareLock"), ("public.other", "ExclusiveLock")]),
        (APART, [("public.one", "ShareLock"), ("public.other", "ExclusiveLock")]),
        (STRONGER, [("public.one", "ShareLock"), ("public.one", "AccessExclusiveLock")]),
        (ALONE, [("public.one", "ShareLock"), ("public.other", "AccessExclusiveLock")]),
    ],
)
def test_each_lock_has_its_span(timeline_of, text, held):
    """Each strong lock on a table is there once, in order, within the time of the script."""
    found = timeline_of(text)
    assert [(each.table, each.mode) for each in found.locks] == held
    assert all(0 <= each.begun <= each.ended <= found.ended for each in found.locks)
    assert found.sends


def test_a_lock_is_held_to_the_end_of_its_transaction(timeline_of):
    """In one transaction both locks end together, with it; in two, the first ends before the second begins."""
    first, second = timeline_of(AT_ONCE).locks
    assert first.ended == second.ended
    first, second = timeline_of(APART).locks
    assert first.ended <= second.begun


def test_a_stronger_lock_takes_the_place_of_the_weaker(timeline_of):
    """The weaker one ends where the stronger one on the same table begins."""
    weaker, stronger = timeline_of(STRONGER).locks
    assert weaker.ended == stronger.begun


def test_a_lock_of_a_script_that_fails_ends_with_the_script(scratch_server):
    """What a failed script still held is let go when it ends."""
    up = script.parse(Path("up.sql"), FAILS)
    with scratch_server.made(scratch_server.start, lambda session: session.execute(TWO_TABLES)) as base:
        (stall,) = stalling.measure(Rehearsal(scratch_server, base, (up,)))
    (lock,) = stall.timeline.locks
    assert stall.failure is not None
    assert lock.ended <= stall.timeline.ended


def worker(spans, sends=True):
    return Worker(lambda session: None, sends, list(spans))


def test_of_many_sends_the_longest_are_kept():
    """A script of an hour keeps a few hundred sends, the longest among them, and says how many are missing."""
    spans = [(n, n + 0.5) for n in range(3600)]
    spans[1800] = (1800, 1899)
    found = timeline.of([worker(spans)], 0, 3600, timeline.LockWatch(None, (), ()))
    assert (1_800_000, 99_000) in found.sends
    assert len(found.sends) <= timeline.MOST_SENDS
    assert len(found.sends) + found.left_out == 3600


def test_only_sends_near_the_script_are_kept():
    """Whoever reads, and what was sent long before or after the script, is not on the picture."""
    people = [worker([(0.1, 0.2), (10.1, 10.2), (20, 20.1)]), worker([(10.1, 10.2)], sends=False)]
    found = timeline.of(people, 10, 11, timeline.LockWatch(None, (), ()))
    assert found.sends == ((100, 100),)
    assert found.left_out == 0

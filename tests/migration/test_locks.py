"""What the scripts lock, and for how long live traffic stands still because of it."""

import pytest

from pgproof.rehearsal import deadlocking, locking, locks, stalling
from pgproof.scripts import running

# The strongest lock on each messaging table, by script.
STRONGEST = {
    "001_schema_alignment.sql": {
        "public.chat_messages": "ShareLock",
        "public.chat_participants": "AccessExclusiveLock",
    },
    "002_function_updates_staging.sql": {},
    "003_index_alignment.sql": {"public.chat_messages": "ShareLock"},
    "rollback.sql": {
        "public.chat_messages": "AccessExclusiveLock",
        "public.chat_participants": "AccessExclusiveLock",
    },
}
# A send that waited for longer than this, on a loaded machine, waited for more than these scripts need.
BOUND = 1_000.0


def steps(rehearsed):
    """Each script with those that come before it, up and then down."""
    way = [*rehearsed.ups, *rehearsed.downs]
    return [(way[:place], script) for place, script in enumerate(way)]


def test_no_stronger_lock_than_needed(rehearsed, record_property):
    """Indexes are built while people read; only NOT NULL, and what takes an index away, needs a table for itself."""
    tables = rehearsed.state_after(()).columns
    for prefix, script in steps(rehearsed):
        held = {}
        for each in locking.footprints(rehearsed, prefix, script):
            locked = {name: mode for name, mode in each.locks.items() if name in tables}
            strong = {name: mode for name, mode in locked.items() if mode in locks.BLOCKS_WRITERS}
            held |= {name: max(mode, held.get(name, mode), key=locks.MODES.index) for name, mode in strong.items()}
        record_property("locks", {"file": str(script.path), "strongest": held})
        assert held == STRONGEST[script.path.name]


def test_no_table_is_rewritten_and_nothing_is_waited_for_without_end(rehearsed):
    """No statement writes a table anew, and each strong lock has its lock_timeout."""
    for prefix, script in steps(rehearsed):
        assert list(locking.judge(locking.footprints(rehearsed, prefix, script))) == []


def test_no_deadlock_with_a_send(rehearsed):
    """A send in the middle of its work and a script never wait for each other."""
    for prefix, script in steps(rehearsed):
        assert list(deadlocking.deadlocks(rehearsed, prefix, script)) == []


@pytest.mark.parametrize("messages", [183, 100_000])
def test_live_traffic_goes_on(rehearsed, messages, record_property):
    """While people send and read, nothing fails, nothing sent is lost, and no send waits for long."""
    scripts = {str(script.path): script for _, script in steps(rehearsed)}
    with stalling.grown(rehearsed, messages) as base:
        stalls = list(stalling.measure(rehearsed, base))
    assert [stall.file for stall in stalls] == list(scripts)
    assert stalls[0].messages == messages
    for stall in stalls:
        record_property("stall", stall.as_json())
        assert stall.sends > 0
        assert stall.failure is None, "it did what was measured"
        assert list(stalling.judge(stall, scripts[stall.file], BOUND)) == []


def test_growth_is_its_index(rehearsed, record_property):
    """At 100,000 messages a script adds the size of the indexes that it makes, and nothing else."""
    size = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind IN ('r', 'm')"
    indexes = "SELECT coalesce(sum(pg_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'i' AND oid >= 16384"
    with stalling.grown(rehearsed, 100_000) as base, rehearsed.server.clone(base) as database:
        for script in rehearsed.ups:
            with database.connect() as connection:
                (before,), (listed,) = (connection.execute(query).fetchone() for query in (size, indexes))
                running.run(connection, script)
                (after,), (now,) = (connection.execute(query).fetchone() for query in (size, indexes))
            record_property("growth", {"file": str(script.path), "messages": 100_000, "bytes": int(after - before)})
            # The catalogs get a row or two, which may take a page of each.
            assert abs((after - before) - (now - listed)) < 1_000_000

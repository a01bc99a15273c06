"""What the server's statistics say of an index: told where they allow it, and nothing where they do not."""

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import lints

MADE = """
CREATE TABLE public.notes (id int PRIMARY KEY, chat uuid REFERENCES public.chats, note text, kind text UNIQUE);
CREATE INDEX by_note ON public.notes (note);
CREATE INDEX by_chat ON public.notes (chat);
INSERT INTO public.notes SELECT id, NULL, id, id FROM generate_series(1, {rows}) id
"""
# The primary key serves them, as the planner has no other way.
USED = """
SET enable_seqscan = off;
SET enable_bitmapscan = off;
DO $$ BEGIN FOR i IN 1 .. {scans} LOOP PERFORM FROM public.notes WHERE id = i; END LOOP; END $$;
SELECT pg_stat_force_next_flush()
"""


@pytest.fixture
def watched(templates):
    """A clone of its own: the server counts what a transaction did when it has ended."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        yield connection


@pytest.fixture
def unused_after(watched):
    """The indexes that are called unused after so many scans of a table with so many rows, and a change."""

    def after(rows=1000, scans=1000, change=b"SELECT"):
        watched.execute(MADE.format(rows=rows).encode())
        watched.execute(USED.format(scans=scans).encode())
        watched.execute(change)
        watched.execute(b"BEGIN; SET LOCAL search_path = pg_catalog")
        found = [each for each in lints.read(watched) if each.rule == "unused_index"]
        watched.execute(b"ROLLBACK")
        return [each.object for each in found]

    return after


def test_an_index_that_no_query_used_is_named(unused_after):
    """Of a table that is read often enough; not its keys, nor the only index of a foreign key."""
    assert unused_after() == ["public.by_note"]


def test_a_used_index_is_not_named(unused_after):
    """One scan is enough."""
    used = b"SELECT FROM public.notes WHERE note = '7'; SELECT pg_stat_force_next_flush()"
    assert unused_after(change=used) == []


def test_a_second_index_of_a_foreign_key_is_named(unused_after):
    """Where another one covers the key, neither is needed for it alone."""
    again = b"CREATE INDEX again ON public.notes (chat, id)"
    assert unused_after(change=again) == ["public.again", "public.by_chat", "public.by_note"]


@pytest.mark.parametrize(("rows", "scans"), [(999, 1000), (1000, 900)])
def test_too_little_use_says_nothing(unused_after, rows, scans):
    """Of a small or hardly read table, such as those of a replica, nothing can be said."""
    assert unused_after(rows=rows, scans=scans) == []


def test_statistics_that_were_just_reset_say_nothing(unused_after, watched):
    """What happened in less than a week tells nothing of what runs once a month."""
    watched.execute(b"SELECT pg_stat_reset()")
    assert unused_after() == []

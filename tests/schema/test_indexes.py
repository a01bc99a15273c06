"""The indexes cover what the front end asks for, whatever their names; and what must be unique is."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide import indexes
from connect.schema import SCHEMA


@pytest.mark.parametrize("name", indexes.INDEXES)
def test_index_is_covered(snapshot, script_of, name):
    """A valid index does what the guide's does: its columns in this order, for all of its rows, as unique as it is."""
    definition = SCHEMA.index(indexes.INDEXES[name], name)
    wrong = None if indexes.covering(snapshot.catalog, name) else "no valid index covers this"
    expect_nothing_wrong(f"index {name}", wrong, f"{definition};", script_of("index", name))


def test_participant_is_there_once(snapshot):
    """Nobody is twice in a chat."""
    wrong = None if indexes.unique(snapshot.catalog, *indexes.PARTICIPANT) else "nothing keeps it unique"
    to_do = "ALTER TABLE public.chat_participants ADD UNIQUE (chat_id, user_id)"
    expect_nothing_wrong("(chat_id, user_id) of chat_participants", wrong, to_do)


def test_every_index_is_valid(snapshot):
    """No index of a messaging table is left over from a build that failed; that of a key is among them."""
    broken = indexes.broken(snapshot.catalog)
    to_do = "; ".join(f"REINDEX INDEX CONCURRENTLY {name}" for name in broken)
    wrong = f"not valid, so that no query uses them: {', '.join(broken)}" if broken else None
    expect_nothing_wrong("indexes of messaging tables", wrong, to_do)

"""Which rows each caller sees and writes in the five tables, tried with the API's own roles and claims, on a clone.

Statements have no WHERE, so that the policies alone choose the rows: every row that is counted is one too many or not.
"""

import pytest

from connect.expectations import expect
from tests.security.fix_actors import CALLERS, DENIED

ALL = "every row"


def outcomes(self, bob=0, carol=0, dave=0, nobody=0, service=ALL):
    """In the order of CALLERS; anon is always refused."""
    return dict(zip(CALLERS, (DENIED, self, bob, carol, dave, nobody, service), strict=True))


REFUSED = outcomes(*[DENIED] * 5)
# By table: how many rows each caller sees.
SELECT = {
    "chats": outcomes(1, 1),
    "chat_participants": outcomes(2, 2),
    "chat_messages": outcomes(6, 6),
    "message_reactions": outcomes(2, 2),
    "attachments": outcomes(2, 2),
}
# Each caller writes a row of his own into alice's chat, or makes a chat of his own.
INSERT = {
    "chats": ("(created_by) VALUES (%(me)s)", outcomes(1, 1, 1, 1, DENIED, 1)),
    "chat_participants": (
        "(chat_id, user_id) VALUES (%(chat)s, %(erin)s)",
        outcomes(1, DENIED, DENIED, DENIED, DENIED, 1),
    ),
    "chat_messages": (
        "(chat_id, sender_id, message_text) VALUES (%(chat)s, %(me)s, 'new')",
        outcomes(1, 1, DENIED, DENIED, DENIED, 1),
    ),
    "message_reactions": (
        "(message_id, user_id, emoji) VALUES (%(message)s, %(me)s, '🎉')",
        outcomes(1, 1, DENIED, DENIED, DENIED, 1),
    ),
    "attachments": (
        "(message_id, file_url, file_name, mime_type, size_bytes) VALUES (%(message)s, 'https://x', 'x', 'text/x', 1)",
        outcomes(1, DENIED, DENIED, DENIED, DENIED, 1),
    ),
}
# How many rows each caller changes when he tries to change them all.
UPDATE = {
    "chats": ("name = 'changed'", outcomes(1)),
    "chat_participants": ("last_read_at = now()", REFUSED),
    "chat_messages": ("message_text = 'changed'", outcomes(2, 3)),
    "message_reactions": ("emoji = '🎉'", REFUSED),
    "attachments": ("file_name = 'changed'", REFUSED),
}
DELETE = {
    "chats": outcomes(1),
    "chat_participants": outcomes(1, 1),
    # A message is deleted softly, by its sender, with an update.
    "chat_messages": REFUSED,
    # What one said oneself can be taken back, also after leaving.
    "message_reactions": outcomes(1, 0, 0, 1),
    "attachments": outcomes(1),
}


def found(scene, table, query):
    rows = scene.value(f"SELECT count(*) FROM public.{table}")
    every = {caller: _tried(scene, caller, query) for caller in CALLERS}
    return {caller: ALL if result == rows else result for caller, result in every.items()}


def _tried(scene, caller, query):
    scene.connection.execute("SAVEPOINT tried")
    result = scene.attempt(caller, query)
    scene.connection.execute("ROLLBACK TO tried")
    return result


@pytest.mark.parametrize("table", SELECT)
def test_select(scene, table):
    """Members see their chat; nobody else sees a row of it, nor they one of another chat."""
    expect(f"rows of {table} seen", found(scene, table, f"SELECT count(*) FROM public.{table}"), SELECT[table])


@pytest.mark.parametrize("table", INSERT)
def test_insert(scene, table):
    """Rows come from members, and from the chat's maker where they bring somebody in."""
    row, expected = INSERT[table]
    expect(f"rows of {table} inserted", found(scene, table, f"INSERT INTO public.{table} {row}"), expected)


@pytest.mark.parametrize("table", UPDATE)
def test_update(scene, table):
    """Everybody changes what is his own, as far as the front end does."""
    change, expected = UPDATE[table]
    expect(f"rows of {table} updated", found(scene, table, f"UPDATE public.{table} SET {change}"), expected)


@pytest.mark.parametrize("table", DELETE)
def test_delete(scene, table):
    """Everybody deletes what is his own, as far as the front end does."""
    expect(f"rows of {table} deleted", found(scene, table, f"DELETE FROM public.{table}"), DELETE[table])

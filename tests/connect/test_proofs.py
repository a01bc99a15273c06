"""What proves a fact without a look at the rows, and what only seems to."""

import pytest

from connect import integrity
from pgproof import catalog
from pgproof.errors import Inconclusive

_NO_INDEX = "DROP INDEX uq_chat_messages_chat_id_seq;"
_TWICE = "UPDATE chat_messages SET seq = 60 WHERE seq = 61"
_OF_INDEX = "WHERE indexrelid = 'uq_chat_messages_chat_id_seq'::regclass"
_NO_KEY = "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_chat_id_fkey;"
_LOST = (
    "SET LOCAL session_replication_role = replica;"
    "UPDATE chat_messages SET chat_id = gen_random_uuid() WHERE id = (SELECT id FROM chat_messages LIMIT 1)"
)
_TWICE_IN, _LOST_IN = "duplicate seq", "orphans chat_messages.chat_id"
# The fact, a premise that is weaker than it looks, and SQL after which one row is wrong. The row comes first where the
# premise lets in only what was there before it.
WEAKER = {
    "a partial index": (
        _TWICE_IN,
        _NO_INDEX + "CREATE UNIQUE INDEX ON chat_messages (chat_id, seq) WHERE seq > 99",
        _TWICE,
    ),
    "an index that is not unique": (
        _TWICE_IN,
        _NO_INDEX + "CREATE INDEX ON chat_messages (chat_id, seq)",
        _TWICE,
    ),
    "an index of further columns": (
        _TWICE_IN,
        _NO_INDEX + "CREATE UNIQUE INDEX ON chat_messages (chat_id, seq, id)",
        _TWICE,
    ),
    "an index that is not valid": (
        _TWICE_IN,
        f"UPDATE pg_index SET indisvalid = false, indisready = false, indislive = false {_OF_INDEX}",
        _TWICE,
    ),
    "an index that is not ready": (
        _TWICE_IN,
        f"UPDATE pg_index SET indisready = false {_OF_INDEX}",
        _TWICE,
    ),
    "a key that is checked at the end": (
        _TWICE_IN,
        _NO_INDEX + "ALTER TABLE chat_messages ADD UNIQUE (chat_id, seq) DEFERRABLE INITIALLY DEFERRED",
        _TWICE,
    ),
    "an index of the parent alone": (
        _TWICE_IN,
        "CREATE TABLE heir () INHERITS (chat_messages)",
        "INSERT INTO heir SELECT * FROM chat_messages WHERE seq = 61",
    ),
    "a column that may be empty": (
        "participants without chat_id",
        "ALTER TABLE chat_participants ALTER chat_id DROP NOT NULL",
        "INSERT INTO chat_participants (user_id) SELECT user_id FROM chat_participants LIMIT 1",
    ),
    "a key that is switched off": (_LOST_IN, "ALTER TABLE chat_messages DISABLE TRIGGER ALL", _LOST),
    "a key that is switched off on the other side": (_LOST_IN, "ALTER TABLE chats DISABLE TRIGGER ALL", _LOST),
    # As PostgreSQL 18 stores one that is NOT ENFORCED.
    "a key without triggers": (
        _LOST_IN,
        "DELETE FROM pg_trigger WHERE tgconstraint IN"
        " (SELECT oid FROM pg_constraint WHERE conname = 'chat_messages_chat_id_fkey')",
        _LOST,
    ),
    "a key to another table": (
        _LOST_IN,
        "CREATE TABLE other (id uuid PRIMARY KEY); INSERT INTO other SELECT id FROM chats;"
        + _NO_KEY
        + "ALTER TABLE chat_messages ADD FOREIGN KEY (chat_id) REFERENCES other",
        _LOST,
    ),
    "no key": (_LOST_IN, _NO_KEY, _LOST),
}
NOT_VALID = {
    "a check": (
        "messages without seq",
        "UPDATE chat_messages SET seq = NULL WHERE seq = 61",
        "ALTER TABLE chat_messages ADD CHECK (seq IS NOT NULL) NOT VALID",
    ),
    "a foreign key": (
        _LOST_IN,
        f"{_LOST}; SET LOCAL session_replication_role = origin",
        _NO_KEY + "ALTER TABLE chat_messages ADD FOREIGN KEY (chat_id) REFERENCES chats NOT VALID",
    ),
}
# What looks like these and does prove it.
AS_STRONG = {
    "an index of any name and order": (
        _TWICE_IN,
        _NO_INDEX + "CREATE UNIQUE INDEX ON chat_messages (seq, chat_id)",
    ),
    "a key": (_TWICE_IN, _NO_INDEX + "ALTER TABLE chat_messages ADD UNIQUE (chat_id, seq)"),
    "an index that takes NULL for a value": (
        _TWICE_IN,
        _NO_INDEX + "CREATE UNIQUE INDEX ON chat_messages (chat_id, seq) NULLS NOT DISTINCT",
    ),
    "a column that may not be empty": ("messages without seq", "ALTER TABLE chat_messages ALTER seq SET NOT NULL"),
    "a check that was validated": ("messages without seq", "ALTER TABLE chat_messages ADD CHECK (seq IS NOT NULL)"),
    "a check of where it begins": ("seq below 1", "ALTER TABLE chat_messages ADD CHECK (seq > 0)"),
    "a foreign key of another name": (
        _LOST_IN,
        "ALTER TABLE chat_messages RENAME CONSTRAINT chat_messages_chat_id_fkey TO of_chat",
    ),
    "a foreign key of chat and message": (
        "replies to another chat",
        "ALTER TABLE chat_messages ADD UNIQUE (chat_id, id),"
        " ADD FOREIGN KEY (chat_id, reply_to_message_id) REFERENCES chat_messages (chat_id, id)",
    ),
}


@pytest.fixture
def fact_after(production, connect):
    """A fact after some SQL, which is taken back."""
    connection = connect(production)

    def read(name, statements, seconds=None):
        connection.execute(b"BEGIN;" + statements.encode())
        found = integrity.read(connection, catalog.read(connection), seconds)[name]
        connection.execute("ROLLBACK")
        return found

    return read


@pytest.mark.parametrize("premise", WEAKER)
def test_a_weaker_premise_proves_nothing(fact_after, premise):
    """Unread it is inconclusive; read, no row is wrong by it alone, and then the one that it lets in."""
    name, weakened, wrong = WEAKER[premise]
    with pytest.raises(Inconclusive, match="--deep"):
        _ = fact_after(name, weakened, 0).count
    assert fact_after(name, weakened).count == 0
    assert fact_after(name, f"{weakened};{wrong}").count == 1


@pytest.mark.parametrize("premise", NOT_VALID)
def test_what_was_never_validated_proves_nothing(fact_after, premise):
    """Unread it is inconclusive, and read the row is found that was there before."""
    name, wrong, weakened = NOT_VALID[premise]
    with pytest.raises(Inconclusive, match="--deep"):
        _ = fact_after(name, f"{wrong};{weakened}", 0).count
    assert fact_after(name, f"{wrong};{weakened}").count == 1


@pytest.mark.parametrize("premise", AS_STRONG)
def test_another_premise_proves_as_much(fact_after, premise):
    """No row has to be read for it."""
    name, strengthened = AS_STRONG[premise]
    fact = fact_after(name, strengthened, 0)
    assert (fact.count, fact.proved or fact.promised) == (0, True)

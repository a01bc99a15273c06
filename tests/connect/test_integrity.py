"""Facts about the data: counted where nothing proves them, proved where a constraint does."""

import pytest

from connect import integrity, passes
from connect.rules import Rule
from connect.schema import SCHEMA
from pgproof import catalog
from pgproof.errors import Inconclusive

# The fact, and a defect that makes exactly one row break it with no constraint left to prove otherwise.
DEFECTS = {
    "messages without seq": "UPDATE chat_messages SET seq = NULL WHERE seq = 61",
    "seq below 1": "UPDATE chat_messages SET seq = 0 WHERE seq = 61",
    "duplicate seq": ("DROP INDEX uq_chat_messages_chat_id_seq; UPDATE chat_messages SET seq = 60 WHERE seq = 61"),
    "chats behind their last message": (
        "UPDATE chats SET last_message_at = NULL WHERE id = (SELECT chat_id FROM chat_messages LIMIT 1)"
    ),
    "replies to another chat": (
        "UPDATE chat_messages m SET reply_to_message_id = (SELECT r.id FROM chat_messages r"
        " WHERE r.chat_id <> m.chat_id LIMIT 1) WHERE id = (SELECT id FROM chat_messages LIMIT 1)"
    ),
    "participants without chat_id": (
        "ALTER TABLE chat_participants ALTER chat_id DROP NOT NULL;"
        "UPDATE chat_participants SET chat_id = NULL WHERE id = (SELECT id FROM chat_participants LIMIT 1)"
    ),
    "participants without user_id": (
        "ALTER TABLE chat_participants ALTER user_id DROP NOT NULL;"
        "UPDATE chat_participants SET user_id = NULL WHERE id = (SELECT id FROM chat_participants LIMIT 1)"
    ),
    **{
        f"orphans {table}.{column}": (
            # As a dump is restored: past every foreign key, which stays and calls itself valid.
            "SET LOCAL session_replication_role = replica;"
            f"UPDATE {table} SET {column} = gen_random_uuid() WHERE id = (SELECT id FROM {table} LIMIT 1)"
        )
        for table, column, _ in SCHEMA.references
    },
}
PROVED = {"duplicate seq", "participants without chat_id", "participants without user_id"}


@pytest.fixture
def facts_after(production, connect):
    """The facts after some SQL, in a transaction that is taken back."""
    connection = connect(production)

    def read(statements, seconds=None):
        connection.execute(b"BEGIN;" + statements.encode())
        return integrity.read(connection, catalog.read(connection), seconds)

    yield read
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("name", DEFECTS)
def test_a_broken_rule_is_counted(facts_after, name):
    """One bad row is one, and no other fact changes its mind."""
    facts = facts_after(DEFECTS[name])
    broken = {fact: found.count for fact, found in facts.items() if fact != "messages" and found.count}
    assert broken == {name: 1}


def test_what_constraints_prove_is_not_counted(facts_after):
    """What no row can be stored against needs no look at the rows."""
    assert {name for name, fact in facts_after("SELECT").items() if fact.proved} == PROVED


@pytest.mark.parametrize("name", DEFECTS)
def test_what_was_not_read_never_passes(facts_after, name):
    """Without time to read, a bad row is not found, and only a foreign key's word is taken that there is none."""
    fact = facts_after(DEFECTS[name], 0)[name]
    if name.startswith("orphans"):
        assert fact.unread
        return
    with pytest.raises(Inconclusive, match="--deep"):
        _ = fact.count


@pytest.mark.parametrize("name", DEFECTS)
def test_small_tables_are_read_whatever_the_time(facts_after, name):
    """A busy machine changes no answer about them, not even where a foreign key gives its word."""
    assert facts_after(DEFECTS[name], 1e-6)[name].count == 1


def test_a_pass_ends_when_its_time_is_up(production, connect, monkeypatch):
    """Of rows that take 0.01 s each, not all 183 are read in 0.05 s."""
    monkeypatch.setattr(passes, "SMALL", -1)
    slow = Rule("chat_messages", ("chat_messages.seq",), "", "pg_sleep(0.01) IS NULL")
    one = passes.Pass("chat_messages", {"slow": slow})
    assert one.seen(connect(production).execute(one.query(0.05).encode()).fetchone())["slow"] == (0, False)


def test_rows_that_cannot_be_seen_decide_nothing(facts_after):
    """Under row-level security a count of the visible rows is not a count."""
    facts = facts_after(
        "CREATE ROLE integrity_tester; GRANT SELECT ON ALL TABLES IN SCHEMA public TO integrity_tester;"
        "SET LOCAL ROLE integrity_tester"
    )
    with pytest.raises(Inconclusive, match="hides rows of chat_messages"):
        _ = facts["messages without seq"].count
    assert facts["duplicate seq"].count == 0


def test_a_restrictive_policy_hides_rows(facts_after):
    """A policy of its own does not decide while a restrictive one may hide rows."""
    facts = facts_after(
        "CREATE ROLE integrity_tester; GRANT SELECT ON ALL TABLES IN SCHEMA public TO integrity_tester;"
        "CREATE POLICY a ON chat_messages FOR SELECT TO integrity_tester USING (true);"
        "CREATE POLICY b ON chat_messages AS RESTRICTIVE FOR SELECT USING (deleted_at IS NULL);"
        "SET LOCAL ROLE integrity_tester"
    )
    with pytest.raises(Inconclusive):
        _ = facts["messages"].count


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chats SET last_message_at = now()",
        "UPDATE chats SET last_message_at = last_message_at - interval '10 minutes'",
        "UPDATE chat_messages SET created_at = now() + interval '1 year'; UPDATE chats SET last_message_at = now()",
        "DELETE FROM chat_messages; UPDATE chats SET last_message_at = NULL",
    ],
    ids=["by the clock", "a little behind", "a client's clock that is ahead", "an empty chat"],
)
def test_an_ordinary_time_of_a_chat_passes(facts_after, change):
    """By whatever clock a project sets it, and with no message at all, no chat is behind."""
    assert facts_after(change)["chats behind their last message"].count == 0


_NEWER = (
    "UPDATE chat_messages SET created_at = created_at - interval '9 hours';"
    "UPDATE chats SET last_message_at = last_message_at - interval '9 hours';"
    "INSERT INTO chat_messages (chat_id, sender_id, message_text, message_type)"
    " SELECT chat_id, user_id, 'Ann has left', '{}' FROM chat_participants LIMIT 1;"
)
_FOR = (
    "CREATE OR REPLACE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON chat_messages FOR EACH ROW WHEN ({})"
    " EXECUTE FUNCTION update_chat_last_message_at();"
)
_SHOWN = _FOR.format("NEW.message_type <> 'new.system'")
_BRANCH = (
    "CREATE OR REPLACE FUNCTION update_chat_last_message_at() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN"
    " IF NEW.message_type <> 'new.system' THEN UPDATE public.chats SET last_message_at = NEW.created_at"
    " WHERE id = NEW.chat_id; END IF; RETURN NULL; END $f$;"
)
_BACK = "UPDATE chats SET last_message_at = last_message_at - interval '9 hours';"
# How a trigger leaves messages out, the type of the newest message, what happens then, and whether a chat is behind;
# None if nobody can tell.
LEFT_OUT = {
    "by a condition": (_SHOWN, "new.system", "", False),
    "by a condition that lets it in": (_SHOWN, "text", "", False),
    "by a condition that let it in, and it was lost": (_SHOWN, "text", _BACK, True),
    "by a function of the project's": (
        "CREATE FUNCTION is_shown(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$SELECT $1 <> 'new.system'$f$;"
        + _FOR.format("is_shown(NEW.message_type)"),
        "new.system",
        "",
        None,
    ),
    "by a condition of cases": (
        _FOR.format("CASE WHEN NEW.message_type = 'new.system' THEN false ELSE true END"),
        "new.system",
        "",
        None,
    ),
    "by a branch": (_BRANCH, "new.system", "", None),
    "by a branch that lets it in": (_BRANCH, "text", "", False),
    "by one of two triggers": (
        f"{_SHOWN}CREATE TRIGGER every AFTER INSERT ON chat_messages FOR EACH ROW"
        " EXECUTE FUNCTION update_chat_last_message_at();",
        "new.system",
        "",
        False,
    ),
    "by one of two triggers, and it was lost": (
        f"{_SHOWN}CREATE TRIGGER every AFTER INSERT ON chat_messages FOR EACH ROW"
        " EXECUTE FUNCTION update_chat_last_message_at();",
        "new.system",
        _BACK,
        True,
    ),
}


@pytest.mark.parametrize("how", LEFT_OUT)
def test_a_message_that_moves_no_chat_leaves_none_behind(facts_after, how):
    """What the trigger's own condition leaves out does not count; where nobody can tell, that is the answer."""
    change, kind, then, behind = LEFT_OUT[how]
    free = "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_message_type_check;"
    facts = facts_after(f"{free}{change}{_NEWER.format(kind)}{then}SET LOCAL search_path = pg_catalog")
    fact = facts["chats behind their last message"]
    if behind is None:
        with pytest.raises(Inconclusive, match="for some messages only"):
            _ = fact.count
    else:
        assert (fact.count > 0) == behind


def test_what_is_wrong_can_be_listed(facts_after, connect, production):
    """The query that a failure prints runs, and lists as many rows as were counted."""
    facts = facts_after("SELECT")
    connection = connect(production)
    assert {name: connection.execute(fact.listing.encode()).rowcount for name, fact in facts.items()} == {
        name: fact.count for name, fact in facts.items()
    }

"""Each project is one that works, in the state that its name says; a test of anything else may rely on that."""

import pytest

from tests.connect.projects.fix_projects import some_projects
from tests.connect.projects.layers import ENVIRONMENTS, PROJECTS

ALIGNED = some_projects(states=["aligned"])
FIVE = {
    "assign_message_seq()": "trigger",
    "get_latest_seq(p_chat_id uuid)": "bigint",
    "get_unread_count(p_chat_id uuid, p_user_id uuid)": "bigint",
    "mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)": "TABLE(updated_count bigint)",
    "mark_messages_as_read(p_chat_id uuid, p_user_id uuid)": "TABLE(updated_count bigint)",
}
FUNCTIONS = """
SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_function_result(p.oid)
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
"""
NULLABLE = """
SELECT attname FROM pg_attribute
WHERE attrelid = 'public.chat_participants'::regclass AND attname IN ('chat_id', 'user_id') AND NOT attnotnull
ORDER BY attname
"""
COVERED = """
SELECT DISTINCT a.attname
FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = 'public.chat_messages'::regclass AND i.indisvalid AND i.indpred IS NULL
  AND a.attname IN ('sender_id', 'reply_to_message_id')
ORDER BY a.attname
"""
REALTIME = """
SELECT c.relname, c.relrowsecurity, c.relreplident, EXISTS (
  SELECT FROM pg_publication_tables t
  WHERE t.pubname = 'supabase_realtime' AND t.schemaname = 'public' AND t.tablename = c.relname
)
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace
  AND c.relname IN ('chats', 'chat_participants', 'chat_messages', 'message_reactions', 'attachments')
ORDER BY c.relname
"""
# A chat of two with messages, and its members.
PAIR = """
SELECT p.chat_id, min(p.user_id::text), max(p.user_id::text)
FROM public.chat_participants p
WHERE EXISTS (SELECT FROM public.chat_messages m WHERE m.chat_id = p.chat_id)
GROUP BY p.chat_id HAVING count(*) = 2 ORDER BY p.chat_id LIMIT 1
"""


@pytest.fixture
def owner(live_project, connect):
    """A connection of the project's owner."""
    return connect(live_project.dsn())


@pytest.fixture
def couple(owner):
    """A chat with messages and its two members."""
    return owner.execute(PAIR).fetchone()


@pytest.fixture
def signed_in(live_project, connect):
    """Connects as a member who is signed in."""
    return lambda user: connect(live_project.dsn("authenticated", user))


def functions(owner):
    """What the functions of the five names return, by signature."""
    named = {signature.partition("(")[0] for signature in FIVE}
    return {name: result for name, result in owner.execute(FUNCTIONS) if name.partition("(")[0] in named}


def covered(owner):
    """The columns that an index begins with, of those that the guide is about."""
    return [name for (name,) in owner.execute(COVERED)]


def one(connection, query, *values):
    """The value that a query returns."""
    return connection.execute(query, values).fetchone()[0]


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_an_aligned_project_has_what_the_guide_asks_for(owner):
    """Five functions by signature and result, NOT NULL, and an index for each of the two references."""
    assert functions(owner) == FIVE
    assert owner.execute(NULLABLE).fetchall() == []
    assert covered(owner) == ["reply_to_message_id", "sender_id"]


@pytest.mark.parametrize("live_project", some_projects(environments=["prod"], states=["before"]), indirect=True)
def test_production_before_lacks_what_001_adds(owner):
    """Nothing else is missing: the functions are there, and so is the index for replies."""
    assert functions(owner) == FIVE
    assert owner.execute(NULLABLE).fetchall() == [("chat_id",), ("user_id",)]
    assert covered(owner) == ["reply_to_message_id"]


@pytest.mark.parametrize("live_project", some_projects(environments=["staging"], states=["before"]), indirect=True)
def test_staging_before_lacks_what_002_and_003_add(owner):
    """mark_messages_as_read returns nothing, get_unread_count is absent; NOT NULL and the sender index are there."""
    expected = dict(FIVE)
    expected["mark_messages_as_read(p_chat_id uuid, p_user_id uuid)"] = "void"
    del expected["get_unread_count(p_chat_id uuid, p_user_id uuid)"]
    assert functions(owner) == expected
    assert owner.execute(NULLABLE).fetchall() == []
    assert covered(owner) == ["sender_id"]


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_realtime_sees_every_table(owner):
    """Row-level security, the full old row and the publication."""
    names = ("attachments", "chat_messages", "chat_participants", "chats", "message_reactions")
    assert owner.execute(REALTIME).fetchall() == [(name, True, "f", True) for name in names]


def test_what_a_member_sends_is_next_in_the_chat(owner, couple, signed_in):
    """The trigger gives the next seq, the message is 'sent', the chat moves up the list, and a retry appears once."""
    chat, ana, _ = couple
    last = one(owner, "SELECT max(seq) FROM public.chat_messages WHERE chat_id = %s", chat)
    sender = signed_in(ana)
    send = """
      INSERT INTO public.chat_messages (chat_id, sender_id, message_text, client_generated_id)
      VALUES (%s, %s, 'Hello', '11111111-1111-4111-8111-111111111111')
      ON CONFLICT DO NOTHING RETURNING seq, status
    """
    assert sender.execute(send, [chat, ana]).fetchone() == (last + 1, "sent")
    assert sender.execute(send, [chat, ana]).fetchone() is None
    assert one(sender, "SELECT public.get_latest_seq(%s)", chat) == last + 1
    assert one(owner, "SELECT last_message_at > now() - interval '1 minute' FROM public.chats WHERE id = %s", chat)


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_reading_clears_the_badge_and_says_how_many(owner, couple, signed_in):
    """The other member counts a new message as unread, delivers it, reads it, and has nothing left."""
    chat, ana, ben = couple
    sender, reader = signed_in(ana), signed_in(ben)
    unread = "SELECT public.get_unread_count(%s, %s)"
    mark = "SELECT updated_count FROM public.mark_messages_as_{}(%s, %s)"
    reader.execute(mark.format("read"), [chat, ben])
    assert one(reader, unread, chat, ben) == 0
    for _ in range(2):
        sender.execute(
            "INSERT INTO public.chat_messages (chat_id, sender_id, message_text) VALUES (%s, %s, 'Hi')", [chat, ana]
        )
    assert one(reader, unread, chat, ben) == 2
    assert one(reader, mark.format("delivered"), chat, ben) == 2
    assert one(reader, mark.format("read"), chat, ben) == 2
    assert one(reader, unread, chat, ben) == 0
    assert one(reader, mark.format("delivered"), chat, ben) == 0


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_a_stranger_sees_nothing(owner, couple, signed_in):
    """Who is not in a chat sees none of its messages."""
    chat, *members = couple
    strangers = "SELECT id::text FROM auth.users WHERE NOT id::text = ANY (%s) LIMIT 1"
    seen = "SELECT count(*) FROM public.chat_messages WHERE chat_id = %s"
    assert one(owner, seen, chat) > 0
    assert one(signed_in(one(owner, strangers, members)), seen, chat) == 0


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_the_rows_mean_something(owner):
    """Chats of both kinds, replies, deleted messages and every member's read point."""
    facts = owner.execute("""
      SELECT count(*) > 30, count(*) = count(seq), count(reply_to_message_id) > 0, count(deleted_at) > 0,
        count(DISTINCT status) > 1, (SELECT count(DISTINCT type) FROM public.chats),
        (SELECT count(last_read_at) BETWEEN 1 AND count(*) - 1 FROM public.chat_participants)
      FROM public.chat_messages
    """).fetchone()
    assert facts == (True, True, True, True, True, 2, True)


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_the_platform_is_that_of_a_hosted_project(live_project, owner, connect):
    """Whatever the database is called: its search path, its owner without superuser, a verifier that reads it all."""
    assert one(owner, "SHOW search_path") == '"$user", public, extensions'
    rights = owner.execute(
        "SELECT rolsuper, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = user"
    )
    assert rights.fetchone() == (False, True, True, True)
    everything = "SELECT count(*) FROM public.chat_messages"
    verifier = connect(live_project.verifier_dsn)
    assert one(verifier, everything) == one(owner, everything)
    assert one(verifier, "SHOW search_path") == '"$user", public, extensions'
    assert one(connect(live_project.dsn("supabase_admin")), "SELECT rolsuper FROM pg_roles WHERE rolname = user")


def test_there_are_seven_of_them_in_two_environments():
    """What the tests run on is not fewer than they claim."""
    assert (len(PROJECTS), len(ENVIRONMENTS)) == (7, 2)

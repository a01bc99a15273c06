"""Policies are answered for the rows of an ordinary chat: what keeps people from chatting is told by name."""

import pytest

from connect.guide import callers, reach
from pgproof.reach import reading

# By the step that fails, what is changed, and what is said of it.
BROKEN = {
    "a helper that always says no": (
        "open",
        "CREATE OR REPLACE FUNCTION private.is_chat_member(p_chat_id uuid) RETURNS boolean LANGUAGE sql STABLE"
        " AS 'SELECT false'",
        "private.is_chat_member says no to every one of them",
    ),
    "a helper in PL/pgSQL that always says no": (
        "open",
        "CREATE OR REPLACE FUNCTION private.is_chat_member(p_chat_id uuid) RETURNS boolean LANGUAGE plpgsql STABLE"
        " AS 'DECLARE n boolean := false; BEGIN IF p_chat_id IS NULL THEN RETURN NULL; END IF; RETURN n; END'",
        "private.is_chat_member says no",
    ),
    "a helper that asks whether the chat is the caller": (
        "send",
        "CREATE OR REPLACE FUNCTION private.is_chat_member(p_chat_id uuid) RETURNS boolean LANGUAGE sql STABLE"
        " AS 'SELECT EXISTS (SELECT FROM public.chat_participants WHERE chat_id = auth.uid())'",
        "private.is_chat_member says no",
    ),
    "a helper that is asked for the wrong column": (
        "open",
        "ALTER POLICY chat_messages_select ON public.chat_messages USING (private.is_chat_member(sender_id))",
        "do not let pass a message of somebody else in a chat in which the caller takes part",
    ),
    "a chat that is compared with the caller": (
        "open",
        "ALTER POLICY chat_messages_select ON public.chat_messages USING (chat_id = auth.uid())",
        "the policies of public.chat_messages for SELECT (chat_messages_select) do not let pass",
    ),
    "one's own messages only": (
        "open",
        "ALTER POLICY chat_messages_select ON public.chat_messages USING (sender_id = auth.uid())",
        "a message of somebody else",
    ),
    "one's own chats only": (
        "list",
        "ALTER POLICY chats_select ON public.chats USING (created_by = auth.uid())",
        "a chat in which the caller takes part and that somebody else made",
    ),
    "the id of a row instead of the chat's": (
        "list",
        "ALTER POLICY chats_select ON public.chats USING (EXISTS (SELECT FROM public.chat_participants p"
        " WHERE p.id = chats.id AND p.user_id = auth.uid()))",
        "a chat in which the caller takes part and that somebody else made",
    ),
    "a sender who is a chat": (
        "send",
        "ALTER POLICY chat_messages_insert ON public.chat_messages WITH CHECK (chat_id = auth.uid())",
        "42501: new row violates row-level security policy",
    ),
    "a restrictive policy that compares the wrong ids": (
        "open",
        "CREATE POLICY strict ON public.chat_messages AS RESTRICTIVE USING (id = auth.uid())",
        "do not let pass",
    ),
    "a chat whose creator is the chat": (
        "make",
        "ALTER POLICY chats_insert ON public.chats WITH CHECK (id = auth.uid())",
        "a chat that the caller makes",
    ),
}
BROKEN["a place of a chat that is the caller"] = (
    "make",
    "ALTER POLICY chat_participants_insert ON public.chat_participants"
    " WITH CHECK (chat_id = auth.uid() AND NOT EXISTS (SELECT FROM public.profiles q WHERE q.id = chat_id))",
    "somebody in a chat that the caller made",
)
MEMBERS = "EXISTS (SELECT FROM public.chat_participants p WHERE p.chat_id = chat_messages.chat_id AND {})"
# What looks like that and lets people chat, or may do so.
SOUND = {
    "an own query": MEMBERS.format("p.user_id = (SELECT auth.uid())"),
    "who is signed in by the token": MEMBERS.format("p.user_id = ((auth.jwt() ->> 'sub'))::uuid"),
    "as text": MEMBERS.format("p.user_id::text = auth.uid()::text"),
    "a further condition": MEMBERS.format("p.user_id = auth.uid() AND p.joined_at < now()"),
    "a list": "chat_id IN (SELECT p.chat_id FROM public.chat_participants p WHERE p.user_id = auth.uid())",
    "an array": "chat_id = ANY (ARRAY(SELECT p.chat_id FROM public.chat_participants p WHERE p.user_id = auth.uid()))",
    "through the chat": "EXISTS (SELECT FROM public.chats c JOIN public.chat_participants p ON p.chat_id = c.id"
    " WHERE c.id = chat_messages.chat_id AND p.user_id = auth.uid())",
    "another table of members": "EXISTS (SELECT FROM public.members m WHERE m.room = chat_id"
    " AND m.person = auth.uid())",
    "ids of profiles": "EXISTS (SELECT FROM public.profiles q WHERE q.id = sender_id AND q.account = auth.uid())"
    " OR private.is_chat_member(chat_id)",
    "who is no guest": "auth.role() = 'authenticated' AND private.is_chat_member(chat_id)",
    "a function that cannot be read": "public.is_fine(chat_id)",
    "not blocked": "private.is_chat_member(chat_id)"
    " AND NOT EXISTS (SELECT FROM public.members m WHERE m.person = sender_id)",
    "nothing that is deleted": "private.is_chat_member(chat_id) AND deleted_at IS NULL",
    "one's own even if deleted": "sender_id = auth.uid() OR private.is_chat_member(chat_id)",
    "by the kind of the message": "message_type IN ('text', 'image') AND private.is_chat_member(chat_id)",
}
OTHERS = """
CREATE TABLE public.members (room uuid, person uuid);
CREATE TABLE public.profiles (id uuid PRIMARY KEY, account uuid);
GRANT SELECT ON public.members, public.profiles TO authenticated;
CREATE FUNCTION public.is_fine(chat uuid) RETURNS boolean LANGUAGE plpgsql STABLE
  AS $$ DECLARE fine boolean; BEGIN EXECUTE 'SELECT true' INTO fine; RETURN fine; END $$;
"""


@pytest.fixture
def results_after(production, connect):
    """What is found of each step after a change, which is taken back."""
    connection = connect(production)

    def read(change):
        connection.execute(f"BEGIN; {OTHERS} {change}; SET LOCAL search_path = pg_catalog".encode())
        facts = reading.read(connection, callers.ROLES, reach.RELATIONS)
        connection.execute("ROLLBACK")
        return {name: reach.judge(facts, name) for name in reach.STEPS}

    return read


@pytest.fixture
def wrong_after(results_after):
    """What is wrong with a step of a signed-in person after a change: all in one text."""

    def read(step, change):
        found = results_after(change)[f"authenticated-{step}"]
        return "\n".join(f"{each.sees}: {each.what}. {each.to_do}" for each in found.wrong)

    return read


@pytest.mark.parametrize("what", BROKEN)
def test_what_keeps_people_from_chatting_is_told(wrong_after, what):
    """A helper or policy that lets no row of an ordinary chat pass is named, with the row and what mends it."""
    step, change, expected = BROKEN[what]
    said = wrong_after(step, change)
    assert expected in said
    assert "compare each id with the same kind of id" in said


BACK = """
ALTER POLICY chat_participants_select ON public.chat_participants USING (user_id = (SELECT auth.uid()));
ALTER POLICY chats_select ON public.chats USING (EXISTS (
  SELECT FROM public.chat_participants p WHERE p.chat_id = chats.id AND p.user_id = auth.uid()));
ALTER POLICY chats_insert ON public.chats WITH CHECK (created_by = auth.uid() AND NOT EXISTS (
  SELECT FROM public.chat_participants p WHERE p.chat_id = chats.id));
ALTER POLICY chat_participants_insert ON public.chat_participants WITH CHECK (EXISTS (
  SELECT FROM public.chats c WHERE c.id = chat_id AND c.created_by = auth.uid()));
ALTER POLICY chat_messages_select ON public.chat_messages USING (EXISTS (
  SELECT FROM public.chat_participants p WHERE p.chat_id = chat_messages.chat_id AND p.user_id = auth.uid()));
ALTER POLICY chat_messages_insert ON public.chat_messages WITH CHECK (sender_id = (SELECT auth.uid()) AND 30 > (
  SELECT count(*) FROM public.chat_messages m WHERE m.sender_id = (SELECT auth.uid())))
"""


def test_policies_that_lead_back_to_the_table_that_is_written_are_told(results_after):
    """Within one query PostgreSQL keeps tables alone: reading works, while sending and making a chat fail."""
    found = results_after(BACK)
    wrong = {
        name: "\n".join(each.what for each in found[f"authenticated-{name}"].wrong)
        for name in ("list", "open", "send", "make")
    }
    assert (wrong["list"], wrong["open"]) == ("", "")
    assert "the policies of public.chat_messages ask public.chat_messages again" in wrong["send"]
    assert "the policies of public.chat_participants ask public.chat_participants again" in wrong["make"]


STRANGER = """
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE; CREATE ROLE somebody_who_left;
"""


@pytest.mark.parametrize(
    ("change", "step", "expected"),
    [
        (
            "ALTER FUNCTION public.get_unread_count(uuid, uuid) OWNER TO somebody_who_left",
            "get_unread_count",
            "ALTER FUNCTION public.get_unread_count(uuid,uuid) OWNER TO postgres;",
        ),
        (
            "ALTER FUNCTION private.is_chat_member(uuid) OWNER TO somebody_who_left",
            "open",
            "ALTER FUNCTION private.is_chat_member(uuid) OWNER TO postgres;",
        ),
        (
            "GRANT USAGE ON SCHEMA public, auth TO somebody_who_left;"
            " GRANT ALL ON ALL TABLES IN SCHEMA public TO somebody_who_left;"
            " ALTER FUNCTION public.get_unread_count(uuid, uuid) OWNER TO somebody_who_left",
            "get_unread_count",
            "ALTER FUNCTION public.get_unread_count(uuid,uuid) OWNER TO postgres;",
        ),
    ],
)
def test_a_wrong_owner_is_given_back(wrong_after, change, step, expected):
    """An owner who lacks what its own function does is told with ALTER … OWNER TO the owner of the tables, once."""
    said = wrong_after(step, STRANGER + change)
    assert expected in said
    assert "GRANT" not in said


def test_a_view_in_the_place_of_a_table_is_told(wrong_after):
    """What is no table is named as what it is, and no privilege is said to be missing."""
    said = wrong_after(
        "list", "ALTER TABLE public.chats RENAME TO kept; CREATE VIEW public.chats AS SELECT * FROM kept"
    )
    assert "public.chats is a view" in said
    assert "permission denied for table chats" not in said


def test_one_cause_is_told_once(results_after):
    """What stops several steps is explained in the first, which names the others; those say where to look."""
    found = results_after("REVOKE EXECUTE ON FUNCTION private.is_chat_member(uuid) FROM authenticated")
    first = list(reach.pages(found, "authenticated-list"))
    assert "it also stops: opening a chat, hearing of new messages by realtime, sending a message" in first[0][0]
    assert "GRANT EXECUTE" in first[0][2]
    (later,) = reach.pages(found, "authenticated-open")
    assert later == (
        "opening a chat fails with 42501: permission denied for function is_chat_member: the failure of"
        " authenticated-list says why, and what to do",
    )


@pytest.mark.parametrize("what", SOUND)
def test_what_lets_people_chat_passes(wrong_after, what):
    """A policy may ask in any way, and what nobody can decide by reading is not held against it."""
    change = f"ALTER POLICY chat_messages_select ON public.chat_messages USING ({SOUND[what]})"
    assert {step: wrong_after(step, change) for step in ("open", "list")} == {"open": "", "list": ""}


FIRST = "ALTER POLICY chat_participants_insert ON public.chat_participants WITH CHECK ({})"
HELPER = (
    "CREATE FUNCTION private.taken(chat uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS"
    " 'SELECT EXISTS (SELECT FROM public.chat_participants"
    " WHERE chat_id = chat AND user_id = coalesce(person, user_id))';"
    " GRANT EXECUTE ON FUNCTION private.taken(uuid, uuid) TO authenticated;"
)


@pytest.mark.parametrize(
    "change",
    [
        HELPER + FIRST.format("user_id = auth.uid() AND NOT private.taken(chat_id, NULL)"),
        HELPER + FIRST.format("user_id = auth.uid() AND NOT private.taken(chat_id, user_id)"),
        HELPER + FIRST.format("private.taken(chat_id, auth.uid()) AND NOT private.taken(chat_id, user_id)"),
        "ALTER POLICY chats_insert ON public.chats WITH CHECK (NOT EXISTS"
        " (SELECT FROM public.chat_participants p WHERE p.chat_id = chats.id))",
    ],
    ids=["the first one", "who is not there yet", "by who is there", "without places"],
)
def test_what_is_made_may_be_the_first(wrong_after, change):
    """A policy may ask that a chat or a place in it is not there yet."""
    assert "do not let pass" not in wrong_after("make", change)


CLOSED = 'CREATE POLICY "no direct inserts" ON public.chats FOR INSERT TO authenticated WITH CHECK (false);'
ONLY_CLOSED = f"DROP POLICY chats_insert ON public.chats; {CLOSED}"
RESTRICTED = "CREATE POLICY no_inserts ON public.chats AS RESTRICTIVE FOR INSERT TO authenticated WITH CHECK (false);"
STATEMENT = "INSERT INTO chats (type, created_by) VALUES (''direct'', auth.uid())"
MAKING = "CREATE FUNCTION {} LANGUAGE plpgsql SET search_path = public AS 'BEGIN {}; RETURN {}; END';"
MADE = MAKING.format("public.make_chat() RETURNS int SECURITY DEFINER", STATEMENT, 1)
AS_CALLER = MAKING.format("public.make_chat() RETURNS int", STATEMENT, 1)
GIVEN = "GRANT EXECUTE ON FUNCTION public.make_chat() TO authenticated;"
INNER = MAKING.format("private.make_it() RETURNS int", STATEMENT, 1) + MAKING.format(
    "public.make_chat() RETURNS int SECURITY DEFINER", "PERFORM private.make_it()", 1
)
DYNAMIC = MAKING.format(
    "public.make_chat() RETURNS int SECURITY DEFINER", "EXECUTE ''INSERT INTO public.chats ...''", 1
)
BY_TRIGGER = MAKING.format("private.make_chat() RETURNS trigger SECURITY DEFINER", STATEMENT, "NEW") + (
    "CREATE TRIGGER make AFTER INSERT ON public.{} FOR EACH ROW EXECUTE FUNCTION private.make_chat();"
)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (ONLY_CLOSED, True),
        (RESTRICTED, True),
        (ONLY_CLOSED + MADE + GIVEN, False),
        (RESTRICTED + MADE + GIVEN, False),
        (ONLY_CLOSED + INNER + GIVEN, False),
        (ONLY_CLOSED + DYNAMIC + GIVEN, False),
        (ONLY_CLOSED + MADE + "REVOKE EXECUTE ON FUNCTION public.make_chat() FROM PUBLIC, authenticated;", True),
        (ONLY_CLOSED + AS_CALLER + GIVEN, True),
        (ONLY_CLOSED + BY_TRIGGER.format("members"), False),
        (ONLY_CLOSED + BY_TRIGGER.format("chats"), True),
    ],
    ids=[
        "nothing",
        "nothing, restrictive",
        "a function",
        "a function, restrictive",
        "through another one",
        "one that cannot be read",
        "one that nobody may call",
        "one with the rights of its caller",
        "a trigger",
        "a trigger of chats",
    ],
)
def test_nobody_has_to_insert_chats_that_a_function_makes(wrong_after, change, told):
    """A policy that says that nobody inserts is the project's own affair where a function makes chats for people."""
    assert ("42501: new row violates row-level security policy" in wrong_after("make", change)) == told

"""Nobody writes in another's name, and a policy never asks itself: tried with the API's own roles, on a clone."""

import pytest

from connect.expectations import expect
from tests.security.fix_actors import DENIED, ROWS

# What a caller tries who is neither alice nor the maker of her chat, or what a member tries with a kept column.
FORGERIES = {
    **{
        f"a row of {table} in alice's name": (
            "another member",
            f"INSERT INTO public.{table} {tried['in_anothers_name']}",
        )
        for table, tried in ROWS.items()
        if "in_anothers_name" in tried
    },
    "joining a chat uninvited": (
        "a non-member",
        "INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%(chat)s, %(me)s)",
    ),
    "joining a chat again": (
        "a former member",
        "INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%(chat)s, %(me)s)",
    ),
    "a message with a seq": (
        "self",
        "INSERT INTO public.chat_messages (chat_id, sender_id, seq) VALUES (%(chat)s, %(me)s, 99)",
    ),
    "a message that was read at once": (
        "self",
        "INSERT INTO public.chat_messages (chat_id, sender_id, status) VALUES (%(chat)s, %(me)s, 'read')",
    ),
    "a message's new place": ("self", "UPDATE public.chat_messages SET seq = 99 WHERE id = %(message)s"),
    "a message's new status": ("self", "UPDATE public.chat_messages SET status = 'read' WHERE id = %(message)s"),
    "a message's new sender": ("self", "UPDATE public.chat_messages SET sender_id = %(bob)s WHERE id = %(message)s"),
    "a chat given away": ("self", "UPDATE public.chats SET created_by = %(bob)s WHERE id = %(chat)s"),
    "emptying a table": ("self", "TRUNCATE public.message_reactions"),
    "everybody's address": ("self", "SELECT email FROM auth.users"),
}
# What /chat asks for: the user's chats with their people, newest message first.
CONVERSATIONS = """
SELECT array_agg(c.id::text ORDER BY c.last_message_at DESC)
FROM public.chats c
WHERE EXISTS (SELECT FROM public.chat_participants p WHERE p.chat_id = c.id AND p.user_id = %(me)s)
"""
INTO_ANOTHERS_CHAT = {
    f"a row of {table} there": f"INSERT INTO public.{table} {tried['in_anothers_chat']}"
    for table, tried in ROWS.items()
    if "in_anothers_chat" in tried
}
SELF_READING = """
ALTER POLICY chat_participants_select ON public.chat_participants USING (EXISTS (
  SELECT FROM public.chat_participants mine
  WHERE mine.chat_id = chat_participants.chat_id AND mine.user_id = (SELECT auth.uid())))
"""


@pytest.mark.own_baseline
@pytest.mark.parametrize("name", FORGERIES)
def test_forgery_is_refused(scene, name):
    """PostgreSQL refuses it, whatever the page would have sent."""
    caller, query = FORGERIES[name]
    expect(f"{name}, tried by {caller}", scene.attempt(caller, query), DENIED)


@pytest.mark.parametrize("caller", ["self", "another member"])
def test_a_member_lists_his_conversations(scene, caller):
    """The list of conversations works, and holds the chat."""
    expect(f"conversations of {caller}", scene.attempt(caller, CONVERSATIONS), [scene.names["chat"]])


@pytest.mark.parametrize("caller", ["a non-member", "a former member", "NULL uid"])
def test_who_is_no_member_has_no_conversations(scene, caller):
    """The list of conversations works, and is empty."""
    expect(f"conversations of {caller}", scene.attempt(caller, CONVERSATIONS), None)


@pytest.mark.own_baseline
def test_a_user_makes_a_chat_and_brings_people_in(scene):
    """Who makes a chat sees it before anybody takes part, and can bring in himself and others."""
    made = {"new": "00000000-0000-4000-8000-000000000001"}
    chat = "INSERT INTO public.chats (id, created_by) VALUES (%(new)s, %(me)s) RETURNING id::text"
    join = "INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%(new)s, %(me)s), (%(new)s, %(erin)s)"
    found = [scene.attempt("another member", query, **made) for query in (chat, join, CONVERSATIONS)]
    # A chat without messages has no last_message_at, and NULL comes first.
    expect("a chat made, joined and listed", found, [made["new"], 2, [made["new"], scene.names["chat"]]])


@pytest.mark.own_baseline
def test_who_joins_gets_the_row_back(scene):
    """Joining one's own chat returns the row, as the API asks for it, though the membership was not there before."""
    made = {"new": "00000000-0000-4000-8000-000000000001"}
    chat = "INSERT INTO public.chats (id, created_by) VALUES (%(new)s, %(me)s)"
    join = "INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%(new)s, %(me)s) RETURNING user_id::text"
    found = [scene.attempt("another member", query, **made) for query in (chat, join)]
    expect("a chat made and joined", found, [1, scene.names["bob"]])


@pytest.mark.own_baseline
@pytest.mark.parametrize("name", INTO_ANOTHERS_CHAT)
def test_a_chat_of_ones_own_opens_no_other(scene, name):
    """Who made a chat and wrote in it can do there what he is refused in a chat of others."""
    mine = {"new": "00000000-0000-4000-8000-000000000001", "said": "00000000-0000-4000-8000-000000000002"}
    own = (
        "INSERT INTO public.chats (id, created_by) VALUES (%(new)s, %(me)s)",
        "INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%(new)s, %(me)s)",
        "INSERT INTO public.chat_messages (id, chat_id, sender_id) VALUES (%(said)s, %(new)s, %(me)s)",
    )
    expect("a chat of one's own", [scene.attempt("a non-member", query, **mine) for query in own], [1, 1, 1])
    expect(name, scene.attempt("a non-member", INTO_ANOTHERS_CHAT[name], **mine), DENIED)


@pytest.mark.own_baseline
def test_a_policy_that_selects_from_its_own_table_breaks_the_list(scene):
    """The defect that the front end shows as `{}`: this is what the rule recursive_policy is there to prevent."""
    scene.connection.execute(SELF_READING)
    expect("conversations under a recursive policy", scene.attempt("self", CONVERSATIONS), "InvalidObjectDefinition")

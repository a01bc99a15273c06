"""Who may call which function, and with what result: tried with the API's own roles and claims, on a clone."""

import pytest

from connect import declared
from connect.expectations import expect
from tests.security.fix_actors import CALLERS, DENIED

pytestmark = pytest.mark.own_baseline

# Calls that change the chat are written as such; every other call must leave it as it was.
CHANGES = "and the chat changed"
NOT_CALLABLE = "FeatureNotSupported"
# The API gives service_role everything in public; a trigger function still cannot be called.
TRIGGER = dict.fromkeys(CALLERS, DENIED) | {"service_role": NOT_CALLABLE}


def acting_for_alice(result, changed=False):
    """Alice may act for herself, and the service for her; nobody else."""
    own = (result, CHANGES) if changed else result
    return dict.fromkeys(CALLERS, DENIED) | {"self": own, "service_role": own}


# By function: the call, and the outcome for each caller. Three messages wait for alice, of six.
FUNCTIONS = {
    "public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)": (
        "SELECT updated_count FROM public.mark_messages_as_read(%(chat)s, %(alice)s)",
        acting_for_alice(3, changed=True),
    ),
    "public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)": (
        "SELECT updated_count FROM public.mark_messages_as_delivered(%(chat)s, %(alice)s)",
        acting_for_alice(3, changed=True),
    ),
    "public.get_unread_count(p_chat_id uuid, p_user_id uuid)": (
        "SELECT public.get_unread_count(%(chat)s, %(alice)s)",
        acting_for_alice(3),
    ),
    # Runs with the caller's rights: a chat that he does not see is empty.
    "public.get_latest_seq(p_chat_id uuid)": (
        "SELECT public.get_latest_seq(%(chat)s)",
        dict.fromkeys(CALLERS, 0) | {"anon": DENIED, "self": 6, "another member": 6, "service_role": 6},
    ),
    "private.is_chat_member(p_chat_id uuid)": (
        "SELECT private.is_chat_member(%(chat)s)",
        dict.fromkeys(CALLERS, False) | {"anon": DENIED, "self": True, "another member": True},
    ),
    "public.assign_message_seq()": ("SELECT public.assign_message_seq()", TRIGGER),
    "public.update_chat_last_message_at()": ("SELECT public.update_chat_last_message_at()", TRIGGER),
}
# Who is nobody, or no member, gets nothing by naming himself either.
FOR_ONESELF = {
    "mark_messages_as_read": "SELECT updated_count FROM public.mark_messages_as_read(%(chat)s, %(user)s)",
    "mark_messages_as_delivered": "SELECT updated_count FROM public.mark_messages_as_delivered(%(chat)s, %(user)s)",
    "get_unread_count": "SELECT public.get_unread_count(%(chat)s, %(user)s)",
}
CALLABLE = """
SELECT jsonb_object_agg(
  n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  coalesce(pg_get_function_sqlbody(p.oid), p.prosrc))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('public', 'private') AND EXISTS (
  SELECT FROM pg_roles r
  WHERE r.rolname IN ('anon', 'authenticated', 'service_role') AND has_function_privilege(r.oid, p.oid, 'EXECUTE'))
"""
CHAT = """
SELECT md5(concat(
  (SELECT string_agg(m::text, ',' ORDER BY m.id) FROM public.chat_messages m),
  (SELECT string_agg(p::text, ',' ORDER BY p.id) FROM public.chat_participants p)))
"""


def outcome(scene, caller, query, **parameters):
    before = scene.value(CHAT)
    result = scene.attempt(caller, query, **parameters)
    return result if scene.value(CHAT) == before else (result, CHANGES)


def test_every_function_of_the_chat_that_can_be_called_is_here(scene):
    """The catalog shows no function that an API role can call, that uses the chat, and nobody expected anything of."""
    using = {name for name, body in scene.value(CALLABLE).items() if declared.used_of_the_chat(body)}
    assert using
    expect("functions without an expectation", using - FUNCTIONS.keys(), set())


def test_a_function_that_has_nothing_to_do_with_the_chat_needs_no_expectation(scene):
    """Another function of the project is the linter's to judge; one that uses the chat is named."""
    scene.connection.execute(b"""
      CREATE FUNCTION public.version_of_app() RETURNS text LANGUAGE sql AS $$ SELECT '1.0' $$;
      CREATE FUNCTION public.chats_of_all() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM public.chats $$
    """)
    using = {name for name, body in scene.value(CALLABLE).items() if declared.used_of_the_chat(body)}
    assert using - FUNCTIONS.keys() == {"public.chats_of_all()"}


@pytest.mark.parametrize("name", FUNCTIONS, ids=lambda name: name.split("(")[0])
@pytest.mark.parametrize("caller", CALLERS)
def test_caller_gets_what_is_expected(scene, name, caller):
    """The caller gets this result, or is refused, and changes nothing that he may not."""
    query, outcomes = FUNCTIONS[name]
    expect(f"{name} called for alice by {caller}", outcome(scene, caller, query), outcomes[caller])


@pytest.mark.parametrize("name", FOR_ONESELF)
@pytest.mark.parametrize("caller", ["a non-member", "a former member", "NULL uid"])
def test_outsider_acting_for_himself_changes_nothing(scene, name, caller):
    """Without taking part in the chat, one's own id (or none) gives no count and changes no row."""
    found = outcome(scene, caller, FOR_ONESELF[name], user=scene.user(caller))
    expect(f"{name} called for himself by {caller}", found, 0)


@pytest.mark.parametrize("name", FOR_ONESELF)
def test_another_member_acting_for_himself_succeeds(scene, name):
    """The refusals above are about whom one acts for: bob, acting for bob, has three messages waiting."""
    found = outcome(scene, "another member", FOR_ONESELF[name], user=scene.user("another member"))
    expect(f"{name} called for himself by another member", found, 3 if "get" in name else (3, CHANGES))

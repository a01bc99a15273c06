"""Nothing that a caller makes for himself runs with a definer's rights."""

import psycopg
import pytest

from tests.security.fix_actors import acting

pytestmark = pytest.mark.own_baseline

# Types that the functions name without a schema; a domain's check runs whenever a value is made of it.
TYPES = ("timestamptz", "bigint", "text", "uuid", "jsonb")
TRAP = """
CREATE TEMPORARY TABLE caught (by_whom text);
GRANT ALL ON pg_temp.caught TO PUBLIC;
CREATE FUNCTION pg_temp.evil(anyelement) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO pg_temp.caught VALUES (current_user);
  RETURN true;
END $$;
"""
CALLS = {
    "mark_messages_as_read": "SELECT public.mark_messages_as_read(%(chat)s, %(alice)s)",
    "mark_messages_as_delivered": "SELECT public.mark_messages_as_delivered(%(chat)s, %(alice)s)",
    "get_unread_count": "SELECT public.get_unread_count(%(chat)s, %(alice)s)",
    "an insert": "INSERT INTO public.chat_messages (chat_id, sender_id) VALUES (%(chat)s, %(alice)s)",
}


@pytest.mark.parametrize("type_name", TYPES)
@pytest.mark.parametrize("call", CALLS)
def test_a_temporary_type_is_not_used(scene, call, type_name):
    """A caller's own type of a known name does not run its check with the owner's rights."""
    connection = scene.connection
    with acting(connection, "authenticated", scene.names["alice"]):
        connection.execute(TRAP.encode())
        # Only the base type's full name keeps the trap itself out of the trap.
        base = {"timestamptz": "timestamptz", "bigint": "int8"}.get(type_name, type_name)
        check = "pg_temp.evil(VALUE)"
        connection.execute(f"CREATE DOMAIN pg_temp.{type_name} AS pg_catalog.{base} CHECK ({check})".encode())
        connection.execute(CALLS[call].encode(), scene.names)
        assert (
            connection.execute("SELECT by_whom FROM pg_temp.caught WHERE by_whom <> 'authenticated'").fetchall() == []
        )


def test_a_reply_stays_in_its_chat(scene):
    """A message cannot reply to one of another chat, and the refusal does not tell whether that one exists."""
    said = []
    for target in (scene.names["message"], "00000000-0000-4000-8000-000000000000"):
        with acting(scene.connection, "authenticated", scene.names["carol"]):
            chat = "INSERT INTO public.chats (id, created_by) VALUES (gen_random_uuid(), %s) RETURNING id"
            (mine,) = scene.connection.execute(chat, [scene.names["carol"]]).fetchone()
            join = "INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%s, %s)"
            scene.connection.execute(join, [mine, scene.names["carol"]])
            # The chat has messages, just not this one.
            say = "INSERT INTO public.chat_messages (chat_id, sender_id) VALUES (%s, %s)"
            scene.connection.execute(say, [mine, scene.names["carol"]])
            reply = "INSERT INTO public.chat_messages (chat_id, sender_id, reply_to_message_id) VALUES (%s, %s, %s)"
            with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused, scene.connection.transaction():
                scene.connection.execute(reply, [mine, scene.names["carol"], target])
            said.append(refused.value.diag.message_primary)
    assert said == ["the message replied to is not in this chat"] * 2

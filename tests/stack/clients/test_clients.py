"""The official clients, unmodified, find in the stack the Supabase that they were made for."""

import uuid

import pytest

from tests.stack.clients.fix_clients import CLIENTS, ClientError


@pytest.fixture(params=CLIENTS)
def client(request):
    """Each of the clients in turn."""
    return request.param


@pytest.fixture
def stack(stack_of):
    """The stack that all of them talk to."""
    return stack_of("prod")


@pytest.fixture
def chat_id(stack, connect):
    """A chat of the first two users, of the test's own: its id."""
    admin = connect(stack.dsn)
    (chat,) = admin.execute(
        "INSERT INTO public.chats (type, name) VALUES ('group', 'Room') RETURNING id::text"
    ).fetchone()
    for user in stack.users[:2]:
        admin.execute("INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%s, %s)", [chat, user["id"]])
    return chat


@pytest.fixture
def ana_at_client(person, stack, client):
    """The first user, signed in."""
    return signed_in(person(client, stack), stack.users[0])


def signed_in(person, user):
    """Whoever it is, as this user."""
    assert person.do("sign_in", email=user["email"], password=user["password"]) == user["id"]
    return person


def message(chat, sender, text="hello", **more):
    """A message as the page sends it."""
    return {
        "chat_id": chat,
        "sender_id": sender["id"],
        "message_text": text,
        "client_generated_id": str(uuid.uuid4()),
    } | more


def code_of(refused):
    """The code of what a client raised."""
    return refused.value.code


def test_a_session_lives_until_its_sign_out(ana_at_client, stack):
    """A session lives until its sign-out: the user is asked for, the token refreshed."""
    assert ana_at_client.do("user") == stack.users[0]["email"]
    assert ana_at_client.do("refresh") == 3600
    assert ana_at_client.do("user") == stack.users[0]["email"]
    assert ana_at_client.do("sign_out") is None


def test_a_wrong_passwords_code_is_read(person, stack, client):
    """The client reads the error's code."""
    with pytest.raises(ClientError) as refused:
        person(client, stack).do("sign_in", email=stack.users[0]["email"], password="wrong")
    assert code_of(refused) == "invalid_credentials"


def test_a_new_user_has_their_metadata(person, stack, client):
    """A new user has the metadata they gave; an address has one user."""
    newcomer = {"email": f"{uuid.uuid4()}@example.com", "password": "long-enough", "data": {"name": "Zoë"}}
    assert person(client, stack).do("sign_up", **newcomer) == {"name": "Zoë"}
    with pytest.raises(ClientError) as refused:
        person(client, stack).do("sign_up", **newcomer)
    assert code_of(refused) == "user_already_exists"


def test_the_publishable_key_does_the_same(person, stack, client, chat_id):
    """A client with the key that is not a token does the same."""
    ana = signed_in(person(client, stack, stack.publishable_key), stack.users[0])
    assert ana.do("count", chat=chat_id) == 0


def test_one_request_reads_nested_embeds(ana_at_client, stack, chat_id):
    """One request reads a chat with its members, its newest messages and what they reply to."""
    me = stack.users[0]
    first = message(chat_id, me, "first", id=str(uuid.uuid4()))
    ana_at_client.do("send", message=first)
    ana_at_client.do("send", message=message(chat_id, me, "second"))
    ana_at_client.do("send", message=message(chat_id, me, "third", reply_to_message_id=first["id"]))
    chat = ana_at_client.do("chat", chat=chat_id)
    assert chat["name"] == "Room"
    assert {each["user_id"] for each in chat["members"]} == {user["id"] for user in stack.users[:2]}
    assert chat["messages"] == [
        {"seq": 3, "text": "third", "reply_to": {"seq": 1}},
        {"seq": 2, "text": "second", "reply_to": None},
    ]


def test_a_write_returns_what_it_made(ana_at_client, stack, chat_id):
    """An insert returns what the database made of it, an update what it changed, and a count counts."""
    sent = message(chat_id, stack.users[0], id=str(uuid.uuid4()))
    assert ana_at_client.do("send", message=sent) == {"seq": 1, "status": "sent"}
    assert ana_at_client.do("edit", id=sent["id"], text="edited") == [{"message_text": "edited"}]
    assert ana_at_client.do("count", chat=chat_id) == 1


def test_refusals_have_postgresqls_codes(ana_at_client, stack, chat_id):
    """A retried send and a message in another's name are refused with PostgreSQL's codes."""
    sent = message(chat_id, stack.users[0])
    ana_at_client.do("send", message=sent)
    with pytest.raises(ClientError) as twice:
        ana_at_client.do("send", message=sent)
    assert code_of(twice) == "23505"
    with pytest.raises(ClientError) as forged:
        ana_at_client.do("send", message=message(chat_id, stack.users[1]))
    assert code_of(forged) == "42501"


def test_functions_are_called_by_name(ana_at_client, person, stack, client, chat_id):
    """The functions are called by name: a table comes as rows, a number as itself."""
    ben = signed_in(person(client, stack), stack.users[1])
    ben.do("send", message=message(chat_id, stack.users[1]))
    mine = {"p_chat_id": chat_id, "p_user_id": stack.users[0]["id"]}
    assert ana_at_client.do("call", name="get_unread_count", parameters=mine) == 1
    assert ana_at_client.do("call", name="mark_messages_as_read", parameters=mine) == [{"updated_count": 1}]
    assert ana_at_client.do("call", name="get_unread_count", parameters=mine) == 0


def test_the_other_hears_each_message_in_order(ana_at_client, person, stack, client, chat_id):
    """What one writes the other hears at another client, in the order of seq, with every edit."""
    writer = CLIENTS[CLIENTS.index(client) - 1]
    ben = signed_in(person(writer, stack), stack.users[1])
    ana_at_client.do("subscribe", chat=chat_id, token_first=True)
    sent = message(chat_id, stack.users[1], "سلام 👋", id=str(uuid.uuid4()))
    ben.do("send", message=sent)
    ben.do("send", message=message(chat_id, stack.users[1], "second"))
    ben.do("edit", id=sent["id"], text="edited")
    assert [ana_at_client.do("next") for _ in range(3)] == [
        {"type": "INSERT", "seq": 1, "text": "سلام 👋", "errors": None},
        {"type": "INSERT", "seq": 2, "text": "second", "errors": None},
        {"type": "UPDATE", "seq": 1, "text": "edited", "errors": None},
    ]


# Python's client takes the old channel's close, when it comes late, for the new one's.
@pytest.mark.parametrize("client", ["js-2.119", "js-2.57"])
def test_a_removed_channel_can_be_subscribed_again(ana_at_client, stack, chat_id):
    """A channel that was removed, while another stays, can be subscribed again, and hears everything once."""
    other = next(chat["id"] for chat in stack.chats if chat["name"] == "Launch team")
    for chat in (chat_id, other):
        ana_at_client.do("subscribe", chat=chat, token_first=True)
    assert ana_at_client.do("leave", chat=chat_id) == "ok"
    ana_at_client.do("subscribe", chat=chat_id, token_first=True)
    for text in ("first", "second"):
        ana_at_client.do("send", message=message(chat_id, stack.users[0], text))
    assert [ana_at_client.do("next")["text"] for _ in range(2)] == ["first", "second"]


@pytest.mark.parametrize("client", ["js-2.57"])
def test_the_older_client_joins_as_nobody_without_token(ana_at_client, chat_id):
    """The older client joins as nobody unless its token was handed over before, and is told what anon may not see."""
    with pytest.raises(ClientError, match="anon"):
        ana_at_client.do("subscribe", chat=chat_id, token_first=False)

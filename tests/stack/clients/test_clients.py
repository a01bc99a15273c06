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
def room(stack, connect):
    """A chat of the first two users, of the test's own: its id."""
    admin = connect(stack.dsn)
    (chat,) = admin.execute(
        "INSERT INTO public.chats (type, name) VALUES ('group', 'Room') RETURNING id::text"
    ).fetchone()
    for user in stack.users[:2]:
        admin.execute("INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%s, %s)", [chat, user["id"]])
    return chat


@pytest.fixture
def ana(person, stack, client):
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


def test_signing_in_and_out(ana, stack):
    """A session lives until its sign-out: the user is asked for, the token refreshed."""
    assert ana.do("user") == stack.users[0]["email"]
    assert ana.do("refresh") == 3600
    assert ana.do("user") == stack.users[0]["email"]
    assert ana.do("sign_out") is None


def test_a_wrong_password(person, stack, client):
    """The client reads the error's code."""
    with pytest.raises(ClientError) as refused:
        person(client, stack).do("sign_in", email=stack.users[0]["email"], password="wrong")
    assert code_of(refused) == "invalid_credentials"


def test_signing_up(person, stack, client):
    """A new user has the metadata they gave; an address has one user."""
    newcomer = {"email": f"{uuid.uuid4()}@example.com", "password": "long-enough", "data": {"name": "Zoë"}}
    assert person(client, stack).do("sign_up", **newcomer) == {"name": "Zoë"}
    with pytest.raises(ClientError) as refused:
        person(client, stack).do("sign_up", **newcomer)
    assert code_of(refused) == "user_already_exists"


def test_the_publishable_key(person, stack, client, room):
    """A client with the key that is no token does the same."""
    ana = signed_in(person(client, stack, stack.publishable_key), stack.users[0])
    assert ana.do("count", chat=room) == 0


def test_nested_embeds(ana, stack, room):
    """One request reads a chat with its members, its newest messages and what they reply to."""
    me = stack.users[0]
    first = message(room, me, "first", id=str(uuid.uuid4()))
    ana.do("send", message=first)
    ana.do("send", message=message(room, me, "second"))
    ana.do("send", message=message(room, me, "third", reply_to_message_id=first["id"]))
    chat = ana.do("chat", chat=room)
    assert chat["name"] == "Room"
    assert {each["user_id"] for each in chat["members"]} == {user["id"] for user in stack.users[:2]}
    assert chat["messages"] == [
        {"seq": 3, "text": "third", "reply_to": {"seq": 1}},
        {"seq": 2, "text": "second", "reply_to": None},
    ]


def test_writing(ana, stack, room):
    """An insert returns what the database made of it, an update what it changed, and a count counts."""
    sent = message(room, stack.users[0], id=str(uuid.uuid4()))
    assert ana.do("send", message=sent) == {"seq": 1, "status": "sent"}
    assert ana.do("edit", id=sent["id"], text="edited") == [{"message_text": "edited"}]
    assert ana.do("count", chat=room) == 1


def test_errors_of_the_database(ana, stack, room):
    """A retried send and a message in another's name are refused with PostgreSQL's codes."""
    sent = message(room, stack.users[0])
    ana.do("send", message=sent)
    with pytest.raises(ClientError) as twice:
        ana.do("send", message=sent)
    assert code_of(twice) == "23505"
    with pytest.raises(ClientError) as forged:
        ana.do("send", message=message(room, stack.users[1]))
    assert code_of(forged) == "42501"


def test_calling_functions(ana, person, stack, client, room):
    """The functions are called by name: a table comes as rows, a number as itself."""
    ben = signed_in(person(client, stack), stack.users[1])
    ben.do("send", message=message(room, stack.users[1]))
    mine = {"p_chat_id": room, "p_user_id": stack.users[0]["id"]}
    assert ana.do("call", name="get_unread_count", parameters=mine) == 1
    assert ana.do("call", name="mark_messages_as_read", parameters=mine) == [{"updated_count": 1}]
    assert ana.do("call", name="get_unread_count", parameters=mine) == 0


def test_the_others_message(ana, person, stack, client, room):
    """What one writes the other hears at another client, in the order of seq, with every edit."""
    writer = CLIENTS[CLIENTS.index(client) - 1]
    ben = signed_in(person(writer, stack), stack.users[1])
    ana.do("subscribe", chat=room, token_first=True)
    sent = message(room, stack.users[1], "سلام 👋", id=str(uuid.uuid4()))
    ben.do("send", message=sent)
    ben.do("send", message=message(room, stack.users[1], "second"))
    ben.do("edit", id=sent["id"], text="edited")
    assert [ana.do("next") for _ in range(3)] == [
        {"type": "INSERT", "seq": 1, "text": "سلام 👋", "errors": None},
        {"type": "INSERT", "seq": 2, "text": "second", "errors": None},
        {"type": "UPDATE", "seq": 1, "text": "edited", "errors": None},
    ]


# Python's client takes the old channel's close, when it comes late, for the new one's.
@pytest.mark.parametrize("client", ["js-2.119", "js-2.57"])
def test_leaving_and_coming_back(ana, stack, room):
    """A channel that was removed, while another stays, can be subscribed again, and hears everything once."""
    other = next(chat["id"] for chat in stack.chats if chat["name"] == "Launch team")
    for chat in (room, other):
        ana.do("subscribe", chat=chat, token_first=True)
    assert ana.do("leave", chat=room) == "ok"
    ana.do("subscribe", chat=room, token_first=True)
    for text in ("first", "second"):
        ana.do("send", message=message(room, stack.users[0], text))
    assert [ana.do("next")["text"] for _ in range(2)] == ["first", "second"]


@pytest.mark.parametrize("client", ["js-2.57"])
def test_subscribing_without_the_token(ana, room):
    """The older client joins as nobody unless its token was handed over before, and is told what anon may not see."""
    with pytest.raises(ClientError, match="anon"):
        ana.do("subscribe", chat=room, token_first=False)

"""Private channels let in whom the policies on realtime.messages do; what the database sends reaches who is there."""

import json
import time
import uuid

import httpx
import pytest

from pgproof.timing import eventually
from tests.stack.realtime.hearing import delivered

DENIED = "Unauthorized: You do not have permissions to read from this Channel topic: "


@pytest.fixture
def topic(lobby):
    """Makes a topic of the test's own, with a policy for each of these commands. using: what they ask."""
    made = []

    def topic(*commands, using="true", extension=None):
        name = f"topic {uuid.uuid4()}"
        asked = f"realtime.topic() = '{name}' AND ({using})"
        asked += f" AND extension = '{extension}'" if extension else ""
        for command in commands:
            check = "USING" if command == "SELECT" else "WITH CHECK"
            made.append(f"{command} {name}")
            lobby.database.execute(
                f'CREATE POLICY "{made[-1]}" ON realtime.messages FOR {command} TO authenticated {check} ({asked})'
            )
        return name

    yield topic
    for policy in made:
        lobby.database.execute(f'DROP POLICY "{policy}" ON realtime.messages')


@pytest.fixture
def joined(lobby):
    """Joins a topic privately as a user: the socket, the join's ref and its reply."""

    def joined(name, user=0, vsn="1.0.0", **config):
        socket = lobby.socket(vsn)
        token = lobby.token(lobby.stack.users[user]["id"])
        return socket, *socket.join(name, token=token, private=True, **config)

    return joined


def say(socket, name, ref, text):
    socket.push(f"realtime:{name}", "broadcast", {"type": "broadcast", "event": "e", "payload": {"text": text}}, ref)


def heard(socket):
    return socket.wait("broadcast").payload["payload"]["text"]


def now():
    """The time in milliseconds, as a join gives it."""
    return int(time.time() * 1000)


def sent_by_database(lobby, name, text, private=True):
    lobby.database.execute("SELECT realtime.send(%s, 'e', %s, %s)", [json.dumps({"text": text}), name, private])


def test_without_a_policy_nobody_is_let_in(lobby, joined, topic):
    """Who may read nothing is refused by name, whoever it is; a public channel of the same name is open."""
    name = topic()
    _, _, reply = joined(name)
    assert reply == {"status": "error", "response": {"reason": DENIED + name}}
    _, reply = lobby.socket().join(name, private=True)
    assert reply["response"]["reason"] == DENIED + name
    assert lobby.socket().join(name)[1]["status"] == "ok"


def test_a_policy_asks_for_topic_and_claims(lobby, joined, topic):
    """A policy by realtime.topic() and auth.uid() lets in one user, and on one topic."""
    name = topic("SELECT", using=f"auth.uid() = '{lobby.stack.users[0]['id']}'")
    assert joined(name)[2]["status"] == "ok"
    assert joined(name, user=1)[2]["status"] == "error"
    assert joined(name + "!")[2]["status"] == "error"


def test_who_may_insert_is_heard_and_who_may_not_is_told(joined, topic):
    """A broadcast needs a policy for INSERT; without one nobody hears it, and an acknowledgement is a refusal."""
    name = topic("SELECT")
    silent, ref, _ = joined(name, broadcast={"ack": True})
    listener, _, _ = joined(name, user=1)
    say(silent, name, ref, "unheard")
    assert silent.wait("phx_reply").payload["status"] == "error"
    assert listener.settled() == []
    open_name = topic("SELECT", "INSERT")
    speaker, ref, _ = joined(open_name)
    listener, _, _ = joined(open_name, user=1)
    say(speaker, open_name, ref, "heard")
    assert heard(listener) == "heard"


def test_what_is_sent_while_joining_is_not_lost(lobby, joined, topic):
    """A broadcast right behind the join is sent once the join is answered."""
    name = topic("SELECT", "INSERT")
    listener, _, _ = joined(name, user=1)
    socket = lobby.socket("1.0.0")
    payload = {"config": {"private": True}, "access_token": lobby.token(lobby.stack.users[0]["id"])}
    ref = socket.push(f"realtime:{name}", "phx_join", payload)
    for number in range(3):
        say(socket, name, ref, number)
    assert [heard(listener) for _ in range(3)] == [0, 1, 2]


def test_private_and_public_channels_do_not_mix(lobby, joined, topic):
    """What is said on the private channel stays there, though a public one has the same name."""
    name = topic("SELECT", "INSERT")
    private, ref, _ = joined(name)
    public = lobby.socket("1.0.0")
    public_ref, _ = public.join(name)
    say(private, name, ref, "secret")
    private.settled()
    say(public, name, public_ref, "open")
    public.settled()
    assert [each.event for each in private.settled() + public.settled()] == []


@pytest.mark.parametrize("extension", ["broadcast", "presence"])
def test_each_extension_has_its_own_policies(joined, topic, extension):
    """Who may only broadcast sees nobody and shows nothing; who may only be present hears nothing."""
    name = topic("SELECT", "INSERT", extension=extension)
    socket, ref, reply = joined(name, presence={"enabled": True, "key": "me"}, broadcast={"self": True, "ack": True})
    assert reply["status"] == "ok"
    tracked = socket.push(
        f"realtime:{name}", "presence", {"type": "presence", "event": "track", "payload": {"a": 1}}, ref
    )
    say(socket, name, ref, "hello")
    came = [each for each in socket.settled() if each.event != "system"]
    status = {each.ref: each.payload["status"] for each in came if each.event == "phx_reply"}
    assert status[tracked] == ("ok" if extension == "presence" else "error")
    events = {each.event for each in came} - {"phx_reply"}
    assert events == ({"presence_state", "presence_diff"} if extension == "presence" else {"broadcast"})


def test_a_new_token_is_asked_again(lobby, joined, topic):
    """A token that the policies refuse ends the channel."""
    name = topic("SELECT", using="auth.jwt() ->> 'team' IS DISTINCT FROM 'other'")
    socket, ref, _ = joined(name)
    token = lobby.token(lobby.stack.users[0]["id"], team="other")
    socket.push(f"realtime:{name}", "access_token", {"access_token": token}, ref)
    assert socket.wait("system").payload["message"] == DENIED + name
    assert socket.wait("phx_close").topic == f"realtime:{name}"


@pytest.mark.parametrize("using", ["1/0 = 1", "(SELECT count(*) FROM auth.users) > 0"])
def test_a_policy_that_fails_lets_nobody_in(lobby, joined, topic, using):
    """A policy that fails is told, and the service goes on."""
    name = topic("SELECT", using=using)
    _, _, reply = joined(name)
    assert reply["response"]["reason"].startswith(DENIED)
    assert lobby.socket().join(name)[1]["status"] == "ok"


def test_the_database_sends_to_private_and_public_channels(lobby, joined, topic):
    """realtime.send reaches the private channel or the public one, with the message's id, in both framings."""
    name = topic("SELECT")
    private, _, _ = joined(name, broadcast={"replication_ready": True})
    assert private.wait("system").payload == {
        "extension": "system",
        "status": "ok",
        "message": "Replication connection established",
        "channel": name,
    }
    second, _, _ = joined(name, vsn="2.0.0")
    public = lobby.socket("1.0.0")
    public.join(name)
    sent_by_database(lobby, name, "سلام")
    sent_by_database(lobby, name, "all", private=False)
    message = private.wait("broadcast").payload
    assert message["payload"] == {"text": "سلام", "id": message["meta"]["id"]}
    _, event, meta, encoding, payload = delivered(second.connection.recv(10))
    assert (event, encoding, json.loads(meta)) == ("e", 1, message["meta"])
    assert json.loads(payload) == message["payload"]
    assert heard(public) == "all"


def test_the_database_sends_bytes(lobby, joined, topic):
    """realtime.send_binary sends bytes as they are."""
    name = topic("SELECT")
    socket, _, _ = joined(name, vsn="2.0.0", broadcast={"replication_ready": True})
    socket.wait("system")
    lobby.database.execute("SELECT realtime.send_binary(%s, 'raw', %s)", [b"\x00\xff", name])
    assert delivered(socket.connection.recv(10))[3:] == (0, b"\x00\xff")


def test_a_trigger_tells_of_changes(lobby, joined, topic):
    """realtime.broadcast_changes in a trigger tells of each row; a role without a policy only gets a warning."""
    name = topic("SELECT")
    table = lobby.table("id int primary key, text text")
    lobby.database.execute(f"""
        CREATE FUNCTION {table}_tell() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
          PERFORM realtime.broadcast_changes('{name}', TG_OP, TG_OP, TG_TABLE_NAME, TG_TABLE_SCHEMA, NEW, OLD);
          RETURN NULL;
        END $$;
        CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_tell()
    """)
    socket, _, _ = joined(name, broadcast={"replication_ready": True})
    socket.wait("system")
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, 'a'); UPDATE {table} SET text = 'b'; DELETE FROM {table}")
    rows = [None, {"id": 1, "text": "a"}, {"id": 1, "text": "b"}, None]
    for operation, old, new in zip(("INSERT", "UPDATE", "DELETE"), rows, rows[1:], strict=False):
        told = socket.wait("broadcast").payload
        assert told["event"] == operation
        payload = {**told["payload"], "id": None}
        assert payload == {
            **{"operation": operation, "schema": "public", "table": table, "id": None},
            **{"record": new, "old_record": old},
        }
    lobby.database.execute(f"DROP FUNCTION {table}_tell CASCADE")


def test_what_was_sent_before_is_replayed_once(lobby, joined, topic):
    """A join replays the newest stored messages since a time, oldest first and marked; then come new ones."""
    name = topic("SELECT")
    sent_by_database(lobby, name, "too old")
    sent = now()
    assert eventually(lambda: now() > sent)
    since = now()
    for text in ("left out", "first", "second"):
        sent_by_database(lobby, name, text)
    sent_by_database(lobby, name, "public", private=False)
    socket, _, reply = joined(name, broadcast={"replay": {"since": since, "limit": 2}})
    assert reply["status"] == "ok"
    replayed = [socket.wait("broadcast").payload for _ in range(2)]
    assert [each["payload"]["text"] for each in replayed] == ["first", "second"]
    assert {each["meta"]["replayed"] for each in replayed} == {True}
    sent_by_database(lobby, name, "new")
    assert heard(socket) == "new"


@pytest.mark.parametrize(
    ("private", "replay", "said"),
    [
        (False, {"since": 0}, "Replay is not allowed for public channels"),
        (True, {"since": "now"}, "Replay params are not valid"),
        (True, {"limit": 1}, "Replay params are not valid"),
        (True, {"since": 10**30, "limit": 1}, "Replay params are not valid"),
        (True, {"since": True, "limit": 1}, "Replay params are not valid"),
        (True, [1], "Replay params are not valid"),
    ],
)
def test_a_replay_that_cannot_be_is_refused(lobby, private, replay, said):
    """A replay that cannot be is refused with Supabase's words."""
    _, reply = lobby.socket().join("t", private=private, broadcast={"replay": replay})
    assert reply["response"]["reason"] == f"UnableToReplayMessages: {said}"


@pytest.mark.parametrize("single", [True, False])
def test_over_http_the_policies_count_too(lobby, joined, topic, single):
    """A private broadcast over HTTP reaches the channel if its bearer may insert, and is left out if not."""
    name = topic("SELECT", "INSERT", using=f"auth.uid() = '{lobby.stack.users[0]['id']}'")
    listener, _, _ = joined(name)

    def post(bearer, text):
        body, path = {"text": text}, f"/{name}/events/e?private=true"
        if not single:
            body, path = {"messages": [{"topic": name, "event": "e", "payload": body, "private": True}]}, ""
        address = f"{lobby.stack.api_url}/realtime/v1/api/broadcast{path}"
        return httpx.post(
            address, json=body, headers={"apikey": lobby.stack.anon_key, "Authorization": f"Bearer {bearer}"}
        ).status_code

    assert post(lobby.token(lobby.stack.users[1]["id"]), "not allowed") == 202
    assert post(lobby.token(lobby.stack.users[0]["id"]), "allowed") == 202
    assert post(lobby.stack.service_role_key, "by the server") == 202
    assert [heard(listener) for _ in range(2)] == ["allowed", "by the server"]

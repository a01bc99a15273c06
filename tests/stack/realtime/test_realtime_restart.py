"""The database goes away under the realtime service, which comes back, and leaves nothing behind at its own end."""

import asyncio
import os
import signal
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgproof.postgres.cluster import BASE
from pgproof.timing import eventually
from stack.database import Database
from stack.realtime import Realtime
from stack.tokens import Tokens
from tests.stack.realtime.fix_sockets import Lobby, wanted

OURS = "SELECT pid FROM pg_stat_activity WHERE usename = 'authenticator' OR application_name = 'realtime'"


@pytest.fixture
def private(own_stack, connect):
    """A lobby whose database may be killed."""
    stack = own_stack("prod")
    with ExitStack() as opened:
        yield Lobby(stack, connect(stack.dsn), opened)


def test_nothing_is_missed_after_a_crashs_system_ok(private):
    """After a SIGKILL clients are told, join again, and miss nothing from system ok on; the rest is in the table."""
    room = private.room()
    sockets = [private.socket(vsn) for vsn in ("1.0.0", "2.0.0")]
    idle = private.socket()
    join_ref, _ = idle.join("talk", broadcast={"ack": True})
    token = private.token(room.members[0])
    for socket in sockets:
        socket.subscribe("room", room.wanted(), token=token)
    before = room.say("before")
    assert [socket.change()["record"]["id"] for socket in sockets] == [before, before]

    ((backend,),) = private.database.execute("SELECT pg_backend_pid()").fetchall()
    os.kill(backend, signal.SIGKILL)
    for socket in sockets:
        assert socket.wait("phx_error", "realtime:room").payload["reason"]
    assert eventually(lambda: answers(private.stack.dsn))
    with psycopg.connect(private.stack.dsn, autocommit=True) as database:
        room.database = database
        during = room.say("while nobody listens")
        for socket in sockets:
            socket.subscribe("room", room.wanted(), token=token)
        after = [room.say(str(number)) for number in range(20)]
        for socket in sockets:
            seen = [socket.change()["record"]["id"] for _ in after]
            assert seen == after or seen[0] == during
        stored = database.execute("SELECT id::text FROM chat_messages WHERE chat_id = %s ORDER BY seq", [room.chat])
        assert [row[0] for row in stored] == [before, during, *after]
    assert (
        idle.reply(idle.push("realtime:talk", "broadcast", {"event": "e", "payload": {}}, join_ref))["status"] == "ok"
    )
    assert idle.settled() == []


def answers(dsn):
    """Whether the database takes connections."""
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize("which", ["application_name = 'realtime'", "usename = 'authenticator'"])
def test_changes_flow_again_after_a_lost_connection(private, which):
    """Whichever of its connections is cut, channels are told, and changes flow again after a rejoin."""
    table = private.table("id int PRIMARY KEY")
    socket = private.socket()
    socket.subscribe("cut", wanted(table), token=private.stack.anon_key)
    cut = private.database.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {which}").fetchall()
    assert cut
    private.database.execute(f"INSERT INTO {table} VALUES (1)")
    assert socket.wait("phx_error", "realtime:cut").payload["reason"]
    socket.subscribe("cut", wanted(table), token=private.stack.anon_key)
    private.database.execute(f"INSERT INTO {table} VALUES (2)")
    assert socket.change()["record"]["id"] == 2


def test_system_ok_waits_until_the_database_is_back(private, connect):
    """The join is answered, and system ok comes once the database is back: it never promises what is not so."""
    table = private.table("id int PRIMARY KEY")
    name = private.database.info.dbname
    elsewhere = connect(make_conninfo(private.stack.dsn, dbname="postgres"))
    elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    elsewhere.execute(f"SELECT pg_terminate_backend(pid) FROM ({OURS}) AS ours")
    assert eventually(lambda: not elsewhere.execute(OURS).fetchall())
    socket = private.socket()
    _, reply = socket.join("early", wanted(table))
    assert reply["status"] == "ok"
    assert socket.settled() == []
    elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert socket.wait("system").payload["status"] == "ok"
    private.database.execute(f"INSERT INTO {table} VALUES (1)")
    assert socket.change()["record"] == {"id": 1}


def test_with_wait_a_join_waits_for_changes(private):
    """With wait the join is answered only when changes flow, or with an error when they do not in time."""
    table = private.table("id int PRIMARY KEY")
    socket = private.socket()
    _, reply = socket.join("ready", wanted(table), postgres_changes_options={"wait": True})
    assert reply["status"] == "ok"
    private.database.execute(f"INSERT INTO {table} VALUES (1)")
    assert socket.change()["record"] == {"id": 1}
    _, reply = socket.join("bad", wanted("nothing"), postgres_changes_options={"wait": True})
    assert reply["status"] == "error"
    private.database.execute(f"BEGIN; LOCK TABLE {table}")
    options = {"wait": True, "timeout": 100}
    _, reply = socket.join("late", wanted(table, "id=eq.1"), postgres_changes_options=options)
    private.database.execute("COMMIT")
    assert reply["status"] == "error"
    assert "0.1 s" in reply["response"]["reason"]


def test_a_change_waits_until_its_row_is_visible(private, connect):
    """A change waits until its row can be read: the log may hold a commit some time before sessions see it."""
    room = private.room()
    socket = private.socket()
    socket.subscribe("room", room.wanted(), token=private.token(room.members[0]))
    administrator, said, over = connect(private.stack.dsn), [], threading.Event()

    def talk():
        while not over.is_set():
            said.append(room.say("soon"))

    judging = "SELECT FROM pg_stat_activity WHERE usename = 'authenticator' AND wait_event = 'PgSleep'"
    talking = threading.Thread(target=talk)
    talking.start()
    try:
        # From some moment on a commit waits, after it is in the log, for a standby that there is not.
        administrator.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        administrator.execute("SELECT pg_reload_conf()")
        assert eventually(lambda: administrator.execute(judging).fetchall())
    finally:
        over.set()
        administrator.execute("ALTER SYSTEM RESET synchronous_standby_names")
        administrator.execute("SELECT pg_reload_conf()")
        talking.join()
    assert [socket.change()["record"]["id"] for _ in said] == said


def test_an_idle_stream_makes_the_server_look_again(private):
    """A walsender that has missed the wake-up for a commit looks again, as each report of the stream makes it."""
    reported = "SELECT reply_time FROM pg_stat_replication WHERE application_name = 'realtime'"
    private.member(private.room())
    for _ in range(3):
        before = private.database.execute(reported).fetchall()
        assert eventually(lambda before=before: private.database.execute(reported).fetchall() != before, 2)


def test_a_closed_service_leaves_nothing(lobby, connect):
    """Opened and closed, at once or after use, a service leaves no connection, no slot and no task."""
    name = f"left_{uuid.uuid4().hex}"
    parameters = conninfo_to_dict(lobby.stack.dsn, dbname=name)
    lobby.database.execute(f"CREATE DATABASE {name} TEMPLATE {BASE}")
    slots = f"SELECT FROM pg_replication_slots WHERE database = '{name}' AND active"
    connections = f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'"

    async def used():
        for flowing in (False, True):
            service = Realtime(Database(parameters), Tokens())
            await service.open()
            if flowing:
                await asyncio.to_thread(eventually, lambda: lobby.database.execute(slots).fetchall())
            await service.close()
        return len(asyncio.all_tasks())

    # A worker whose browser is open has a running loop in its main thread.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(used())).result() == 1
    assert eventually(lambda: lobby.database.execute(connections).fetchall() == [])
    assert lobby.database.execute(slots.removesuffix(" AND active")).fetchall() == []
    lobby.database.execute(f"DROP DATABASE {name}")

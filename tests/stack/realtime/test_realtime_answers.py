"""An event does not overtake the answer to the write that caused it, and waits for no other."""

import asyncio
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from stack.answers import Answers, name_of
from stack.realtime.replication import stream
from stack.unread import Unread
from tests.stack.realtime.fix_sockets import wanted


def run(coroutine):
    """What it returns. A browser of another test may have its event loop in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def noted():
    """Answers of no stack."""
    with closing(Answers()) as answers:
        yield answers


async def asked(answers, method="POST", path="/rest/v1/notes"):
    """A request that waits to be answered: its name, a function that answers it, and its end."""
    started, answer = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def app(scope, _, send):
        started.set_result(name_of(scope))
        await answer.wait()
        await send({"type": "http.response.start", "status": 201, "headers": []})

    async def send(_):
        pass

    ended = asyncio.create_task(answers.watched(app)({"type": "http", "method": method, "path": path}, None, send))
    return await started, answer.set, ended


def test_an_event_waits_for_the_answer_of_its_own_write_however_long_that_takes(noted):
    """The event of a write is held until that is answered; those of other writes, and of other programs, are not."""

    async def timeline():
        (mine, answer, ended), (other, answer_other, other_ended) = await asked(noted), await asked(noted)
        held = asyncio.create_task(noted.read([mine]))
        # As long as it took until events went ahead, and longer.
        done, _ = await asyncio.wait([held], timeout=0.1)
        answer_other()
        await other_ended
        await noted.read([other, "of another stack"])
        await noted.read([])
        assert not done
        assert not held.done()
        answer()
        await asyncio.gather(held, ended)
        return mine != other

    assert run(timeline())


def test_what_reads_is_not_waited_for(noted):
    """Only writes have a name that a transaction could bear."""

    async def names():
        found = [await asked(noted, "GET"), await asked(noted, "POST", "/auth/v1/token")]
        for _, answer, ended in found:
            answer()
            await ended
        return [name for name, _, _ in found]

    assert run(names()) == [None, None]


def test_a_write_that_fails_is_answered(noted):
    """The event of a write whose answer never comes is not held for ever."""

    async def timeline():
        names = []

        async def app(scope, *_):
            names.append(name_of(scope))
            raise ConnectionError

        with pytest.raises(ConnectionError):
            await noted.watched(app)({"type": "http", "method": "POST", "path": "/rest/v1/notes"}, None, None)
        await noted.read(names)
        return names

    assert run(timeline())


def test_what_the_other_end_has_not_read_is_counted():
    """The bytes that wait at the other end of a connection are counted; of one that is not there, none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        serving, _ = server.accept()
        ends = client.getsockname(), serving.getsockname()
        unread = Unread()
        serving.sendall(b"answer")
        before = unread.bytes(*ends)
        client.recv(6)
        after = unread.bytes(*ends)
        for end in (client, serving):
            end.close()
        assert (before, after, unread.bytes(*ends)) == (6, 0, 0)
        unread.close()
        assert unread.bytes(*ends) == 0


def test_a_client_that_has_not_read_its_answer_hears_of_it_first(noted):
    """An event waits until the client has read the answer off its connection, and no longer than half a second."""

    async def timeline():
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = socket.create_connection(server.getsockname())
            serving, _ = server.accept()
            names = []

            async def app(scope, _, send):
                names.append(name_of(scope))
                await send({"type": "http.response.start"})

            async def send(_):
                serving.sendall(b"answer")

            scope = {"type": "http", "method": "POST", "path": "/rest/v1/notes"}
            ends = {"client": client.getsockname(), "server": serving.getsockname()}
            await noted.watched(app)({**scope, **ends}, None, send)
            held = asyncio.create_task(noted.read(names))
            done, _ = await asyncio.wait([held], timeout=0.1)
            client.recv(6)
            await held
            # Nobody reads the next one.
            await noted.watched(app)({**scope, **ends}, None, send)
            await noted.read(names)
            client.close()
            serving.close()
        return bool(done)

    assert run(timeline()) is False


def test_the_stream_tells_which_write_a_change_is_of(lobby):
    """A transaction of the API bears the name of its request in the log, ahead of its changes; any other has none."""
    table = lobby.table("id int PRIMARY KEY")
    lobby.database.execute(f"GRANT INSERT ON public.{table} TO authenticated")
    api = lobby.stack.api(lobby.stack.users[0])
    administrator = make_conninfo(**conninfo_to_dict(lobby.stack.dsn))

    async def told():
        async with stream(administrator) as changes:
            api.add(table, {"id": 1})
            lobby.database.execute(f"INSERT INTO {table} VALUES (2)")
            api.add(table, {"id": 3})
            found = {}
            async for batch in changes.batches():
                found.update({each.new["id"]: each.write for each in batch if each.relation.table == table})
                if len(found) == 3:
                    break
            return found

    found = run(told())
    assert found["2"] is None
    assert re.fullmatch(r"[0-9a-f]{16}-\d+", found["1"])
    assert found["1"] != found["3"]


def test_no_event_is_lost_where_writers_and_subscribers_come_and_go(lobby, connect):
    """While others join, leave and read nothing, a subscriber gets all rows of concurrent writers once, in order."""
    table = lobby.table("id serial PRIMARY KEY, writer int, number int")
    staying, stalled = lobby.socket(), lobby.socket(max_queue=1)
    for each in (staying, stalled):
        each.subscribe(table, wanted(table))
    api, writers, rows = lobby.stack.api(lobby.stack.users[0]), 4, 40
    lobby.database.execute(f"GRANT INSERT ON public.{table} TO authenticated")
    lobby.database.execute(f"GRANT USAGE ON SEQUENCE public.{table}_id_seq TO authenticated")
    over, insert = threading.Event(), f"INSERT INTO {table} (writer, number) VALUES (%s, %s)"
    direct = {writer: connect(lobby.stack.dsn) for writer in range(0, writers, 2)}

    def write(writer):
        for number in range(rows):
            if writer in direct:
                direct[writer].execute(insert, [writer, number])
            else:
                api.add(table, {"writer": writer, "number": number})

    def come_and_go():
        for number in count():
            if over.is_set():
                return
            socket = lobby.socket()
            socket.join(f"{table}-{number}", wanted(table))
            socket.connection.close()

    with ThreadPoolExecutor(writers + 1) as pool:
        guests = pool.submit(come_and_go)
        writing = [pool.submit(write, writer) for writer in range(writers)]
        try:
            seen = [staying.change()["record"] for _ in range(writers * rows)]
        finally:
            over.set()
        for each in (guests, *writing):
            each.result()
    for writer in range(writers):
        assert [each["number"] for each in seen if each["writer"] == writer] == list(range(rows))

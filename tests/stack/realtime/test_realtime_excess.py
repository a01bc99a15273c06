"""Too much of everything: frames, joins, and what a client does not read. It costs others nothing, and no memory."""

import os
import uuid
from contextlib import suppress
from pathlib import Path
from socket import inet_aton

from websockets.exceptions import ConnectionClosed

from pgproof.timing import eventually
from tests.stack.realtime.fix_sockets import as_frame, wanted

LIMIT = 5 * 1024 * 1024


def resident(lobby):
    """The stack's memory, in bytes."""
    statm = Path(f"/proc/{lobby.stack.process.pid}/statm").read_text()
    return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE")


def is_served(address):
    """Whether a process still has the other end of this address's connection; without one its inode is 0."""
    host, port = address
    there = f"{int.from_bytes(inet_aton(host), 'little'):08X}:{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(fields[2] == there and fields[9] != "0" for fields in lines)


def closing(socket):
    """The code the server closed it with."""
    try:
        while True:
            socket.connection.recv(10)
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


def test_a_frame_over_5_mb_closes_its_socket(lobby):
    """A frame of 5 MB is taken; one above it closes its socket, with 1009 where that still gets through."""
    socket = lobby.socket()
    envelope = len(as_frame(None, "1", "realtime:t", "phx_join", {"x": ""}))
    socket.connection.send(as_frame(None, "1", "realtime:t", "phx_join", {"x": "x" * (LIMIT - envelope)}))
    assert socket.reply("1")["status"] == "ok"
    # It may be closed before all of it is sent.
    with suppress(ConnectionClosed):
        socket.connection.send(as_frame(None, "1", "realtime:t", "phx_join", {"x": "x" * LIMIT}))
    assert closing(socket) in {1009, None}


def test_a_socket_gets_100_channels_and_no_more(lobby):
    """A socket gets 100 channels; every further join is answered with an error, and takes no memory."""
    socket, other = lobby.socket(), lobby.socket()
    answers = []
    before = 0
    for start in range(0, 10_000, 2_500):
        refs = {socket.push(f"realtime:{number}", "phx_join", {"config": {}}) for number in range(start, start + 2_500)}
        while refs:
            message = socket.wait("phx_reply")
            refs.discard(message.ref)
            answers.append(message.payload)
        before = before or resident(lobby)
    refused = [answer for answer in answers if answer["status"] == "error"]
    assert len(answers) - len(refused) == 100
    assert all(answer["response"]["reason"].startswith("ChannelRateLimitReached: ") for answer in refused)
    assert resident(lobby) < before + 10 * 1024 * 1024
    assert other.settled() == []
    left = socket.push("realtime:5", "phx_leave", {})
    socket.reply(left)
    assert socket.reply(socket.push("realtime:new", "phx_join", {"config": {}}))["status"] == "ok"


def test_each_join_replaces_the_one_before(lobby):
    """Each join replaces the one before; in the end there is one, which hears each change once."""
    table = lobby.table("id int PRIMARY KEY")
    socket = lobby.socket()
    payload = {"config": {"postgres_changes": [wanted(table)]}}
    for _ in range(20):
        for _ in range(500):
            last = socket.push("realtime:again", "phx_join", payload)
        socket.reply(last)
    while socket.wait("system").join_ref != last:
        pass
    lobby.database.execute(f"INSERT INTO {table} VALUES (1)")
    assert socket.wait("postgres_changes").join_ref == last
    socket.passed.clear()
    assert socket.settled() == []


def test_a_slow_reader_is_cut_off_alone(lobby):
    """Who does not read is cut off after some megabytes; everybody else gets everything, without waiting."""
    name = str(uuid.uuid4())
    slow, quick, sender = lobby.socket(max_queue=1), lobby.socket(), lobby.socket()
    for socket in (slow, quick, sender):
        socket.join(name)
    before = resident(lobby)
    text = "x" * 100_000
    for number in range(300):
        payload = {"type": "broadcast", "event": "e", "payload": {"number": number, "text": text}}
        sender.push(f"realtime:{name}", "broadcast", payload)
        assert quick.wait("broadcast").payload["payload"]["number"] == number
    assert resident(lobby) < before + 20 * 1024 * 1024
    assert closing(slow) is None
    assert sender.settled() == []


def test_a_peer_that_does_not_read_is_gone(lobby):
    """Its connection is ended at once, though it never acknowledges anything."""
    name = str(uuid.uuid4())
    slow, sender = lobby.socket(max_queue=1), lobby.socket()
    slow.join(name)
    sender.join(name)
    address = slow.connection.socket.getsockname()
    assert is_served(address)
    for _ in range(200):
        payload = {"type": "broadcast", "event": "e", "payload": {"text": "x" * 100_000}}
        sender.push(f"realtime:{name}", "broadcast", payload)
    sender.settled()
    assert eventually(lambda: not is_served(address))

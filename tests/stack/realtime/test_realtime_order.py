"""Changes come once, in the order of their commits, and only what was committed comes."""

import threading

from tests.stack.realtime.fix_sockets import wanted


def test_overlapping_entries_bring_a_change_once(lobby, room):
    """A change that several entries of a channel ask for comes once, with the ids of all of them."""
    socket = lobby.socket()
    entries = [
        room.wanted("INSERT"),
        room.wanted("*"),
        room.wanted("DELETE"),
        {"event": "*", "schema": "public", "table": "chat_messages"},
    ]
    _, reply = socket.join("overlapping", *entries, token=lobby.token(room.members[0]))
    socket.wait("system")
    ids = [entry["id"] for entry in reply["response"]["postgres_changes"]]
    room.say("once")
    assert sorted(socket.wait("postgres_changes").payload["ids"]) == sorted([ids[0], ids[1], ids[3]])
    assert socket.settled() == []


def test_wildcards_stand_for_every_published_table(lobby, room):
    """A schema alone, and "*", stand for every published table."""
    socket = lobby.socket()
    socket.subscribe("any", {"event": "*", "schema": "*"}, token=lobby.token(room.members[0]))
    said = room.say("hello")
    seen = {}
    while set(seen) != {"chat_messages", "chats"}:
        data = socket.change()
        if said == data["record"].get("id") or room.chat == data["record"].get("id"):
            seen[data["table"]] = data["type"]
    assert seen == {"chat_messages": "INSERT", "chats": "UPDATE"}


def test_what_was_rolled_back_never_comes(lobby, room, member):
    """Only committed rows are told, and no truncation."""
    table = lobby.table("id int PRIMARY KEY")
    member.subscribe(table, wanted(table))
    with lobby.database.transaction(force_rollback=True):
        room.say("never")
    lobby.database.execute(f"INSERT INTO {table} VALUES (1); TRUNCATE {table}; INSERT INTO {table} VALUES (2)")
    assert [member.change()["record"] for _ in range(2)] == [{"id": 1}, {"id": 2}]
    assert member.settled() == []


def test_commits_come_in_commit_order(lobby, connect):
    """Of two overlapping transactions the one that commits first is told first."""
    table = lobby.table("id int PRIMARY KEY")
    socket = lobby.socket()
    socket.subscribe(table, wanted(table))
    other = connect(lobby.stack.dsn)
    with lobby.database.transaction():
        lobby.database.execute(f"INSERT INTO {table} VALUES (1)")
        other.execute(f"INSERT INTO {table} VALUES (2)")
        lobby.database.execute(f"INSERT INTO {table} VALUES (3)")
    assert [socket.change()["record"]["id"] for _ in range(3)] == [2, 1, 3]


def test_every_commit_after_system_ok_comes_once(lobby, connect):
    """While others write without pause, a new subscriber misses nothing from the first row it hears of on."""
    table = lobby.table("id serial PRIMARY KEY")
    writer, over = connect(lobby.stack.dsn), threading.Event()

    def write():
        while not over.is_set():
            writer.execute(f"INSERT INTO {table} DEFAULT VALUES")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        socket = lobby.socket()
        socket.subscribe(table, wanted(table))
        ((before,),) = lobby.database.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchall()
        seen = [socket.change()["record"]["id"] for _ in range(300)]
    finally:
        over.set()
        writing.join()
    assert seen == list(range(seen[0], seen[0] + 300))
    assert seen[0] <= before + 1

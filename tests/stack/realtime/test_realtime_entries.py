"""Entries of postgres_changes that cannot be subscribed to, and which row a filter is about."""

import pytest

from tests.stack.realtime.fix_sockets import wanted


@pytest.mark.parametrize(
    "entry",
    [
        {"event": "UPSERT", "schema": "public", "table": "chats"},
        {"event": "*"},
        {"event": "*", "schema": 5},
        {"event": "*", "schema": "public", "table": "nothing"},
        {"event": "*", "schema": "auth", "table": "users"},
        {"event": "*", "schema": "auth"},
        {"event": "*", "schema": "public", "filter": "id=eq.1"},
        {"event": "*", "schema": "public", "table": "chats", "select": "id"},
        {"event": "*", "schema": "public", "table": "chats", "select": ["nothing"]},
        {"event": "*", "schema": "public\0", "table": "chats"},
    ],
)
def test_a_bad_entry_is_a_system_error(lobby, entry):
    """What cannot be subscribed to is a system error on a channel that is joined, and echoed like any other."""
    socket = lobby.socket()
    _, reply = socket.join("bad", entry)
    (echoed,) = reply["response"]["postgres_changes"]
    assert {**entry, "id": echoed["id"]} == echoed
    assert socket.wait("system").payload["status"] == "error"


def test_deletes_are_filtered_by_what_is_known_of_them(lobby):
    """A filter on another column than the key meets a delete only with replica identity FULL."""
    tables = [
        lobby.table("id int PRIMARY KEY, body text", also=f"ALTER TABLE {{table}} REPLICA IDENTITY {identity}")
        for identity in ("DEFAULT", "FULL")
    ]
    socket = lobby.socket()
    socket.subscribe(
        "deletes", *(wanted(table, "body=eq.a", "DELETE") for table in tables), wanted(tables[0], "id=eq.2")
    )
    for table in tables:
        lobby.database.execute(f"INSERT INTO {table} VALUES (1, 'a')")
        lobby.database.execute(f"DELETE FROM {table}")
    lobby.database.execute(f"INSERT INTO {tables[0]} VALUES (2, 'b')")
    assert socket.change()["table"] == tables[1]
    assert socket.change()["record"] == {"id": 2, "body": "b"}


def test_updates_are_filtered_by_the_new_row(lobby):
    """A row that leaves the filter is not told of, one that enters it is."""
    table = lobby.table("id int PRIMARY KEY, body text", also="ALTER TABLE {table} REPLICA IDENTITY FULL")
    socket = lobby.socket()
    socket.subscribe("updates", wanted(table, "body=eq.a", "UPDATE"))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, 'a')")
    lobby.database.execute(f"UPDATE {table} SET body = 'b'")
    lobby.database.execute(f"UPDATE {table} SET body = 'a'")
    assert socket.change()["old_record"] == {"id": 1, "body": "b"}
    assert socket.settled() == []

"""What a committed change looks like to a subscriber, and that each comes once, in order."""

import re

from tests.stack.realtime.fix_sockets import wanted


def test_an_insert_has_the_whole_record(lobby, room, member):
    """An INSERT has the whole record, typed, with its columns and commit time, and no old_record."""
    said = room.say("hello")
    event = member.wait("postgres_changes").payload
    data = event["data"]
    assert data.keys() == {"schema", "table", "type", "commit_timestamp", "columns", "record", "errors"}
    assert (data["schema"], data["table"], data["type"], data["errors"]) == ("public", "chat_messages", "INSERT", None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", data["commit_timestamp"])
    query = "SELECT to_jsonb(m) FROM chat_messages m WHERE id = %s"
    ((stored,),) = lobby.database.execute(query, [said]).fetchall()
    assert data["record"] == stored
    assert [column["name"] for column in data["columns"]] == list(data["record"])
    types = {column["name"]: column["type"] for column in data["columns"]}
    assert (types["id"], types["media_urls"], types["seq"], types["created_at"]) == (
        "uuid",
        "_text",
        "int8",
        "timestamptz",
    )
    assert len(event["ids"]) == 1


def test_an_update_has_the_row_before(lobby, room, member):
    """With replica identity FULL an UPDATE has the record and the whole row before."""
    said = room.say("hello")
    lobby.database.execute("UPDATE chat_messages SET message_text = 'bye' WHERE id = %s", [said])
    assert member.change()["type"] == "INSERT"
    data = member.change()
    assert data["type"] == "UPDATE"
    assert (data["record"]["message_text"], data["old_record"]["message_text"]) == ("bye", "hello")
    assert data["record"].keys() == data["old_record"].keys()


def test_a_delete_has_the_key_alone(lobby, room, member):
    """A DELETE of a table with row security has the primary key alone, and no record."""
    said = room.say("hello")
    assert member.change()["type"] == "INSERT"
    lobby.database.execute("DELETE FROM chat_messages WHERE id = %s", [said])
    data = member.change()
    assert data["type"] == "DELETE"
    assert data["old_record"] == {"id": said}
    assert "record" not in data


def test_by_default_the_old_row_is_its_key(lobby):
    """With the default replica identity old_record is the primary key, of updates and deletes alike."""
    table = lobby.table("id int PRIMARY KEY, body text")
    socket = lobby.socket()
    socket.subscribe(table, wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, 'a')")
    lobby.database.execute(f"UPDATE {table} SET body = 'b'")
    lobby.database.execute(f"UPDATE {table} SET id = 2")
    lobby.database.execute(f"DELETE FROM {table}")
    assert socket.change()["record"] == {"id": 1, "body": "a"}
    updated, moved, deleted = socket.change(), socket.change(), socket.change()
    assert (updated["old_record"], updated["record"]) == ({"id": 1}, {"id": 1, "body": "b"})
    assert (moved["old_record"], moved["record"]) == ({"id": 1}, {"id": 2, "body": "b"})
    assert deleted["old_record"] == {"id": 2}


def test_without_row_security_a_delete_is_whole(lobby):
    """With replica identity FULL and no row security a DELETE has all of the old row."""
    table = lobby.table("id int PRIMARY KEY, body text", also="ALTER TABLE {table} REPLICA IDENTITY FULL")
    socket = lobby.socket()
    socket.subscribe(table, wanted(table, event="DELETE"))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, 'a'); DELETE FROM {table}")
    assert socket.change()["old_record"] == {"id": 1, "body": "a"}


def test_select_chooses_columns_and_keeps_the_key(lobby):
    """Select chooses columns, and the primary key is always among them."""
    table = lobby.table("id int PRIMARY KEY, a int, b int")
    socket = lobby.socket()
    socket.subscribe(table, wanted(table, select=["b"]), wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, 2, 3)")
    assert [socket.change()["record"] for _ in range(2)] == [{"id": 1, "b": 3}, {"id": 1, "a": 2, "b": 3}]

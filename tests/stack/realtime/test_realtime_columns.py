"""Columns, keys and claims: what of a row a subscriber may read, and by what it is found."""

import uuid

import pytest

from tests.stack.realtime.fix_sockets import wanted
from tests.stack.realtime.hearing import OWNED, changes, subscribed


def test_unreadable_columns_are_left_out(lobby):
    """A column that the role may not select is in no record, no old record and not among the columns."""
    table = lobby.table("id int PRIMARY KEY, open text, closed text", also="ALTER TABLE {table} REPLICA IDENTITY FULL")
    lobby.database.execute(f"REVOKE SELECT ON {table} FROM anon; GRANT SELECT (id, open) ON {table} TO anon")
    anonymous, user = lobby.socket(), lobby.socket()
    anonymous.subscribe("seen", wanted(table))
    user.subscribe("seen", wanted(table), token=lobby.token(str(uuid.uuid4())))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, 'a', 'b'); UPDATE {table} SET open = 'c'")
    inserted, updated = anonymous.change(), anonymous.change()
    assert inserted["record"] == {"id": 1, "open": "a"}
    assert [column["name"] for column in inserted["columns"]] == ["id", "open"]
    assert updated["old_record"] == {"id": 1, "open": "a"}
    assert user.change()["record"] == {"id": 1, "open": "a", "closed": "b"}


def test_an_unreadable_key_is_error_401(lobby):
    """Who may not read the key is told error 401 and nothing more, until the privilege is granted."""
    table = lobby.table("id int PRIMARY KEY, open text")
    lobby.database.execute(f"REVOKE SELECT ON {table} FROM anon; GRANT SELECT (open) ON {table} TO anon")
    socket = lobby.socket()
    socket.subscribe("seen", wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, 'a')")
    data = socket.change()
    assert (data["record"], data["columns"], data["commit_timestamp"]) == ({}, [], None)
    assert "401" in data["errors"][0]
    lobby.database.execute(f"GRANT SELECT ON {table} TO anon")
    lobby.database.execute(f"INSERT INTO {table} VALUES (2, 'b')")
    assert socket.change()["record"] == {"id": 2, "open": "b"}


def test_a_table_without_a_key_is_error_400(lobby):
    """Its rows cannot be judged: error 400 instead of the record."""
    table = lobby.table("open text")
    socket = lobby.socket()
    socket.subscribe("seen", wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES ('a')")
    data = socket.change()
    assert (data["record"], data["commit_timestamp"]) == ({}, None)
    assert "400" in data["errors"][0]


def test_rows_are_found_by_their_whole_key(lobby, people):
    """Rows are found by their whole key, whatever the types and names of its columns."""
    table = lobby.table('"the key" text, key uuid, owner uuid, PRIMARY KEY (key, "the key")', also=OWNED)
    one, two = subscribed(lobby, people, wanted(table))
    keys = [str(uuid.uuid4()) for _ in range(2)]
    for key, (user, _) in zip(keys, people, strict=True):
        lobby.database.execute(f"INSERT INTO {table} VALUES (%s, %s, %s)", ['it\'s "one" \\ 😀', key, user])
    assert [one.change()["record"]["key"], two.change()["record"]["key"]] == keys
    assert changes(one) == changes(two) == []


def test_claims_are_those_of_the_token(lobby):
    """A policy reads any claim of the viewer's own token, and none of another viewer's."""
    table = lobby.table(
        "id int PRIMARY KEY, team text",
        also="ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
        "CREATE POLICY own ON {table} FOR SELECT USING (team = auth.jwt() -> 'app_metadata' ->> 'team')",
    )
    sockets = {}
    for team in ("red", 'blue\'s "own"', None):
        sockets[team] = lobby.socket()
        claims = {} if team is None else {"app_metadata": {"team": team}}
        sockets[team].subscribe("seen", wanted(table), token=lobby.token(str(uuid.uuid4()), **claims))
    for number, team in enumerate(sockets):
        lobby.database.execute(f"INSERT INTO {table} VALUES (%s, %s)", [number, team])
    assert sockets["red"].change()["record"]["id"] == 0
    assert sockets['blue\'s "own"'].change()["record"]["id"] == 1
    assert [changes(socket) for socket in sockets.values()] == [[], [], []]


@pytest.mark.parametrize("role", ["postgres", "nobody", "connect_verifier", 'an"on', ""])
def test_a_role_forbidden_to_the_api_cannot_subscribe(lobby, role):
    """A token of any other role joins, and is told that it cannot subscribe."""
    socket = lobby.socket()
    _, reply = socket.join("role", wanted("chats"), token=lobby.token(str(uuid.uuid4()), role=role))
    assert reply["status"] == "ok"
    said = socket.wait("system").payload
    assert (said["status"], said["extension"], said["channel"]) == ("error", "postgres_changes", "role")
    assert f"'{role}'" in said["message"]


def test_row_security_counts_once_switched_on(lobby, people):
    """It counts from the moment it is switched on."""
    table = lobby.table("id int PRIMARY KEY, owner uuid")
    one, two = subscribed(lobby, people, wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, %s)", [people[0][0]])
    assert [one.change()["record"]["id"], two.change()["record"]["id"]] == [1, 1]
    lobby.database.execute(OWNED.format(table=table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (2, %s)", [people[0][0]])
    assert one.change()["record"]["id"] == 2
    assert changes(two) == []

"""Values of a change are typed as PostgreSQL types them, also long ones and of tables that change."""

import uuid

import pytest

from tests.stack.realtime.fix_sockets import wanted

VALUES = [
    ("int2", "-7"),
    ("int4", "2147483647"),
    ("int8", "9007199254740993"),
    ("numeric", "1.10"),
    ("numeric", "NaN"),
    ("float8", "1.5e-7"),
    ("float8", "-Infinity"),
    ("float4", "0.1"),
    ("bool", "false"),
    ("text", 'a "quote", a \\ and ü\n😀'),
    ("varchar(5)", "null"),
    ("uuid", "6a2f0f6e-0d6b-4a55-8d63-7f5f3a3e1a52"),
    ("timestamptz", "2025-10-01 09:00:00+00"),
    ("timestamptz", "2025-10-01 11:00:00.123456+02"),
    ("timestamptz", "0044-03-15 12:00:00+00 BC"),
    ("timestamptz", "infinity"),
    ("timestamp", "2025-10-01 09:00:00.5"),
    ("date", "2025-10-01"),
    ("time", "09:00:00"),
    ("interval", "1 day 02:03:04"),
    ("json", '{"a": [1, null, "x"]}'),
    ("jsonb", '{"a": {"b": "c"}}'),
    ("text[]", '{a,"b c",NULL,"NULL","q\\"uote","back\\\\slash","",😀}'),
    ("int8[]", "{{1,2},{3,4}}"),
    ("int4[]", "[0:1]={1,2}"),
    ("int4[]", "{}"),
    ("bool[]", "{t,f}"),
    ("timestamptz[]", '{"2025-10-01 09:00:00+00"}'),
    ("jsonb[]", '{"{\\"a\\": 1}"}'),
    ("inet", "127.0.0.1"),
    ("int4range", "[1,5)"),
]


@pytest.mark.parametrize("identity", ["FULL", "DEFAULT"])
def test_an_unchanged_long_value_is_repeated_if_known(lobby, identity):
    """A value stored out of line is repeated where the old row tells it, and missing where it does not."""
    table = lobby.table(
        "id int PRIMARY KEY, body text STORAGE EXTERNAL, n int",
        also=f"ALTER TABLE {{table}} REPLICA IDENTITY {identity}",
    )
    socket = lobby.socket()
    socket.subscribe(table, wanted(table, event="UPDATE"))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, repeat('x', 10000), 1); UPDATE {table} SET n = 2")
    record = socket.change()["record"]
    expected = {"id": 1, "body": "x" * 10000, "n": 2}
    assert record == (expected if identity == "FULL" else {"id": 1, "n": 2})


def test_a_row_over_a_mebibyte_is_cut_down(lobby):
    """Of a row over 1 MiB only values up to 64 bytes are sent, with error 413."""
    table = lobby.table("id int PRIMARY KEY, body text, small text")
    socket = lobby.socket()
    socket.subscribe(table, wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, repeat('x', 1100000), 'y')")
    data = socket.change()
    assert data["record"] == {"id": 1, "small": "y"}
    assert len(data["errors"]) == 1
    assert "413" in data["errors"][0]


def test_values_are_typed_as_postgres_types_them(lobby):
    """Every value is the JSON that to_jsonb makes of it, also in arrays and of a domain."""
    domain = f"d_{uuid.uuid4().hex}"
    lobby.database.execute(f"CREATE DOMAIN {domain} AS int4")
    columns = [*VALUES, (domain, "5")]
    names = [f"c{number}" for number in range(len(columns))]
    definition = ", ".join(f"{name} {kind}" for name, (kind, _) in zip(names, columns, strict=True))
    table = lobby.table(f"id int PRIMARY KEY, {definition}")
    socket = lobby.socket()
    socket.subscribe(table, wanted(table))
    places = ", ".join(["%s"] * len(columns))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, {places})", [value for _, value in columns])
    lobby.database.execute("SET timezone = 'UTC'")
    ((stored,),) = lobby.database.execute(f"SELECT to_jsonb(t) FROM {table} t").fetchall()
    data = socket.change()
    assert data["record"] == stored
    assert {column["type"] for column in data["columns"]} >= {domain, "varchar", "_text", "jsonb"}
    lobby.database.execute(f"ALTER PUBLICATION supabase_realtime DROP TABLE {table}")
    lobby.database.execute(f"ALTER TABLE {table} DROP COLUMN {names[-1]}; DROP DOMAIN {domain}")


def test_an_added_column_is_in_the_next_change(lobby):
    """A column that was added since the subscription is in the next change."""
    table = lobby.table("id int PRIMARY KEY")
    socket = lobby.socket()
    socket.subscribe(table, wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1)")
    lobby.database.execute(f"ALTER TABLE {table} ADD body text DEFAULT 'new'")
    lobby.database.execute(f"INSERT INTO {table} VALUES (2)")
    assert [socket.change()["record"] for _ in range(2)] == [{"id": 1}, {"id": 2, "body": "new"}]

"""Filters of postgres_changes: every operator compares as the column's type does, and a bad one is said to be."""

import pytest

from tests.stack.realtime.fix_sockets import wanted

COLUMNS = """
id int PRIMARY KEY, small int2, whole int4, big int8, exact numeric, real float8, flag bool, body text,
short varchar(3), fixed char(5), key uuid, at timestamptz, day date, tags text[], data jsonb,
missing text, missing_at timestamptz
"""
ROW = {
    "small": "7",
    "whole": "-5",
    "big": "9007199254740993",
    "exact": "1.10",
    "real": "0.1",
    "flag": "true",
    "body": 'a, "b" (c) and ü',
    "short": "abc",
    "fixed": "ab",
    "key": "6a2f0f6e-0d6b-4a55-8d63-7f5f3a3e1a52",
    "at": "2025-10-01 09:00:00+00",
    "day": "2025-10-01",
    "tags": "{a,b}",
    "data": '{"a": 1}',
}
HOLDS = [
    "",
    "whole=eq.-5",
    "whole=eq. -5 ",
    "whole=neq.5",
    "whole=lt.0",
    "whole=lte.-5",
    "whole=gt.-10",
    "whole=gte.-5",
    "whole=in.(1,-5,3)",
    "whole=not.in.(1,2)",
    "whole=not.eq.5",
    "big=eq.9007199254740993",
    "big=gt.9007199254740992",
    "exact=eq.1.1",
    "exact=lt.1.11",
    "exact=in.(1.100,2)",
    "real=lt.1e0",
    "flag=is.true",
    "flag=eq.t",
    "flag=not.is.false",
    "flag=is.not_null",
    'body=eq."a, \\"b\\" (c) and ü"',
    'body=in.("x","a, \\"b\\" (c) and ü")',
    "body=like.a%ü",
    "body=ilike.A%",
    "body=match.^a.*ü$",
    "body=imatch.^A",
    "body=not.match.^b",
    "body=gt.a",
    "short=eq.abc",
    "fixed=eq.ab",
    "key=eq.6A2F0F6E-0D6B-4A55-8D63-7F5F3A3E1A52",
    "key=in.(6a2f0f6e0d6b4a558d637f5f3a3e1a52)",
    "at=eq.2025-10-01T11:00:00+02:00",
    "at=gt.2025-10-01T10:30:00+02:00",
    "day=lt.2025-10-02",
    'tags=eq."{a,b}"',
    'data=eq."{\\"a\\":1.0}"',
    "missing_at=is.null",
    "missing=isdistinct.x",
    "whole=isdistinct.4",
    "whole=gt.-10,whole=lt.0,flag=is.true",
]
FAILS = [
    "whole=eq.5",
    "whole=neq.-5",
    "whole=lt.-5",
    "whole=in.(1,2)",
    "whole=not.eq.-5",
    "big=eq.9007199254740992",
    "big=gt.10000000000000000",
    "exact=gt.1.1",
    "exact=not.eq.1.1",
    "body=like.b%",
    "body=match.^b",
    "body=eq.A",
    "short=eq.abcd",
    "at=gt.2025-10-01T11:30:00+02:00",
    "day=lt.2025-09-30",
    "flag=is.false",
    "flag=is.unknown",
    "missing=eq.x",
    "missing=neq.x",
    "missing=not.eq.x",
    "missing=in.(x)",
    "missing=like.%",
    "missing_at=lt.2030-01-01",
    "missing_at=not.lt.2030-01-01",
    "missing=not.isdistinct.x",
    "missing=is.not_null",
    "whole=gt.-10,whole=lt.-6",
]
BAD = [
    "whole",
    "whole=5",
    "whole=equals.5",
    "whole=eq.",
    "whole=eq.five",
    "whole=eq.5,",
    "whole=eq.5,flag",
    "whole=in.5",
    "whole=in.(1,two)",
    f"whole=in.({','.join(map(str, range(101)))})",
    "whole=like.5%",
    "whole=is.true",
    "flag=is.maybe",
    "body=match.(",
    "body=eq.\0",
    "body=eq.\ud800",
    "nothing=eq.1",
    "closed=eq.1",
    "body=eq.x'; DROP TABLE chats; --,whole=eq.x",
    'body"; DROP TABLE chats; --=eq.1',
    "data=lt.{",
]


def heard(lobby, filters):
    """Which of these filters a row meets, in the one order of its ids."""
    table = lobby.table(COLUMNS, also="ALTER TABLE {table} REPLICA IDENTITY FULL")
    socket = lobby.socket()
    entries = [wanted(table, each) for each in filters]
    _, reply = socket.join(table, *entries)
    ids = [entry["id"] for entry in reply["response"]["postgres_changes"]]
    said = socket.wait("system").payload
    assert said["status"] == "ok", said
    lobby.database.execute(f"INSERT INTO {table} (id) VALUES (0)")
    columns, values = ", ".join(ROW), list(ROW.values())
    lobby.database.execute(f"INSERT INTO {table} (id, {columns}) VALUES (1, {', '.join(['%s'] * len(ROW))})", values)
    while (event := socket.wait("postgres_changes").payload)["data"]["record"]["id"] != 1:
        pass
    return [each for each, number in zip(filters, ids, strict=True) if number in event["ids"]]


def test_a_row_that_meets_a_filter_comes(lobby):
    """A row that meets a filter comes."""
    assert heard(lobby, HOLDS) == HOLDS


def test_a_row_that_fails_a_filter_stays_away(lobby):
    """A row that does not meet a filter does not come; NULL meets no comparison, and no negation of one."""
    assert heard(lobby, [*FAILS, "id=eq.1"]) == ["id=eq.1"]


@pytest.mark.parametrize("condition", BAD)
def test_a_bad_filter_is_a_system_error(lobby, condition):
    """The join is answered, then a system error says what is wrong; the channel stays, and gets no changes."""
    table = lobby.table(f"{COLUMNS}, closed text")
    lobby.database.execute(
        f"REVOKE SELECT ON {table} FROM anon; GRANT SELECT (id, whole, flag, body, data) ON {table} TO anon"
    )
    socket = lobby.socket()
    _, reply = socket.join(table, wanted(table, condition))
    assert reply["status"] == "ok"
    said = socket.wait("system").payload
    assert (said["extension"], said["status"], said["channel"]) == ("postgres_changes", "error", table)
    good = lobby.socket()
    good.subscribe("good", wanted(table))
    lobby.database.execute(f"INSERT INTO {table} (id, whole) VALUES (1, 5)")
    assert good.change()["record"]["id"] == 1
    assert socket.settled() == []

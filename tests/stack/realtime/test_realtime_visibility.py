"""Who gets a change: row-level security is judged for each subscriber, and whatever fails, fails closed."""

import uuid

from tests.stack.realtime.fix_sockets import wanted
from tests.stack.realtime.hearing import OWNED, changes, subscribed


def test_members_hear_and_an_outsider_does_not(lobby):
    """A stranger may join a channel of a chat, and receives nothing."""
    room = lobby.room()
    member, outsider, nobody = lobby.socket(), lobby.socket(), lobby.socket("1.0.0")
    unfiltered = wanted("chat_messages")
    member.subscribe("room", unfiltered, token=lobby.token(room.members[0]))
    outsider.subscribe("room", room.wanted("*"), token=lobby.token(room.outsider))
    nobody.subscribe("room", unfiltered, token=lobby.token(str(uuid.uuid4())))
    said = room.say("among us")
    assert member.change()["record"]["id"] == said
    lobby.database.execute("UPDATE chat_messages SET message_text = 'still' WHERE id = %s", [said])
    assert member.change()["type"] == "UPDATE"
    assert changes(outsider) == changes(nobody) == []


def test_each_gets_their_own_rows(lobby, people):
    """Of one transaction everybody gets what is theirs, in order."""
    table = lobby.table("id int PRIMARY KEY, owner uuid", also=OWNED)
    one, two = subscribed(lobby, people, wanted(table))
    (first, _), (second, _) = people
    rows = [(number, first if number % 3 else second) for number in range(250)]
    with lobby.database.transaction(), lobby.database.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s)", rows)
    assert [one.change()["record"]["id"] for owner in rows if owner[1] == first] == [n for n in range(250) if n % 3]
    assert [two.change()["record"]["id"] for owner in rows if owner[1] == second] == list(range(0, 250, 3))
    assert changes(one) == changes(two) == []


def test_the_service_role_sees_everything(lobby):
    """It bypasses row security."""
    room = lobby.room()
    socket = lobby.socket()
    socket.subscribe("service", room.wanted(), token=lobby.stack.service_role_key)
    said = room.say("hello")
    assert socket.change()["record"]["id"] == said


def test_only_the_new_row_counts(lobby, people):
    """Who loses a row by its update hears nothing; who wins it gets it, with the row before."""
    table = lobby.table("id int PRIMARY KEY, owner uuid", also=OWNED + "ALTER TABLE {table} REPLICA IDENTITY FULL")
    one, two = subscribed(lobby, people, wanted(table))
    (first, _), (second, _) = people
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, %s)", [first])
    assert one.change()["type"] == "INSERT"
    lobby.database.execute(f"UPDATE {table} SET owner = %s", [second])
    assert two.change()["old_record"] == {"id": 1, "owner": first}
    assert changes(one) == []


def test_deletes_reach_everybody(lobby, people):
    """A DELETE is not judged: everyone who matches gets its key, and nothing else of a table with row security."""
    table = lobby.table("id int PRIMARY KEY, owner uuid", also=OWNED + "ALTER TABLE {table} REPLICA IDENTITY FULL")
    one, two = subscribed(lobby, people, wanted(table, event="DELETE"))
    anonymous = lobby.socket()
    anonymous.subscribe("seen", wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1, %s)", [people[0][0]])
    lobby.database.execute(f"DELETE FROM {table}")
    assert [each.change()["old_record"] for each in (one, two, anonymous)] == [{"id": 1}] * 3


def test_a_row_that_is_gone_again_is_lost(lobby, people):
    """Rows are judged as they are now: an INSERT of a row deleted before anyone looked is lost, its DELETE is not."""
    table = lobby.table("id int PRIMARY KEY, owner uuid", also=OWNED)
    one, _ = subscribed(lobby, people, wanted(table))
    with lobby.database.transaction():
        lobby.database.execute(f"INSERT INTO {table} VALUES (1, %s)", [people[0][0]])
        lobby.database.execute(f"DELETE FROM {table}")
    assert [one.change()["type"]] == ["DELETE"]
    assert changes(one) == []


def test_a_policy_that_fails_hides_the_row_from_that_viewer_alone(lobby, people):
    """An error, even of an assertion, while one viewer is judged is a no to them, and the others get theirs."""
    function = f"f_{uuid.uuid4().hex}"
    first = people[0][0]
    lobby.database.execute(f"""
        CREATE FUNCTION public.{function}() RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN ASSERT auth.uid() <> '{first}'; RETURN true; END $$
    """)
    table = lobby.table(
        "id int PRIMARY KEY",
        also=f"ALTER TABLE {{table}} ENABLE ROW LEVEL SECURITY; "
        f"CREATE POLICY own ON {{table}} FOR SELECT USING ({function}())",
    )
    one, two = subscribed(lobby, people, wanted(table))
    lobby.database.execute(f"INSERT INTO {table} VALUES (1)")
    assert two.change()["record"] == {"id": 1}
    assert changes(one) == []
    lobby.database.execute(f"DROP POLICY own ON {table}; DROP FUNCTION {function}")

"""What is said to be missing is what the server refuses, and where nothing is said to be missing it refuses nothing."""

import secrets
from pathlib import Path

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof.reach import reading
from pgproof.reach.deriving import Walk

BASE = Path(__file__).with_name("club.sql").read_text()
STEPS = {
    "read": "SELECT id, note FROM club.notes",
    "rooms": "SELECT id FROM club.rooms",
    "titles": "SELECT id FROM club.titles",
    "write": "INSERT INTO club.notes (room, note) VALUES (1, 'Good morning') RETURNING id, note",
    "count": "SELECT club.notes_in(1)",
}
RELATIONS = ("club.rooms", "club.seats", "club.notes", "club.titles")
# Each change that takes something away, the step that it breaks, and how what is missing is called.
BROKEN = {
    ("REVOKE SELECT ON club.notes FROM PERSON", "read"): "PERSON lacks SELECT on club.notes",
    ("REVOKE USAGE ON SCHEMA club FROM PERSON", "read"): "PERSON may not look anything up in schema club",
    ("REVOKE EXECUTE ON FUNCTION hidden.sits_in(int) FROM PERSON", "read"): (
        "PERSON may not execute hidden.sits_in(integer), which policy seen of club.notes asks"
    ),
    ("REVOKE SELECT ON club.seats FROM PERSON", "rooms"): (
        "PERSON lacks SELECT on club.seats, which policy seen of club.rooms asks"
    ),
    ("REVOKE SELECT ON club.seats FROM PERSON; GRANT SELECT (person) ON club.seats TO PERSON", "rooms"): (
        "PERSON lacks SELECT (room) on club.seats"
    ),
    ("REVOKE EXECUTE ON FUNCTION club.me() FROM PERSON", "rooms"): (
        "PERSON may not execute club.me(), which policy seen of club.seats asks"
    ),
    ("REVOKE SELECT ON club.titles FROM PERSON", "titles"): "PERSON lacks SELECT on club.titles",
    ("REVOKE SELECT ON club.rooms FROM OWNER", "titles"): (
        "OWNER lacks SELECT on club.rooms, which the view club.titles needs"
    ),
    ("ALTER VIEW club.titles SET (security_invoker = on); REVOKE SELECT ON club.rooms FROM PERSON", "titles"): (
        "PERSON lacks SELECT on club.rooms, which the view club.titles needs"
    ),
    ("REVOKE INSERT (note) ON club.notes FROM PERSON", "write"): "PERSON lacks INSERT (note) on club.notes",
    ("REVOKE INSERT (room, note) ON club.notes FROM PERSON", "write"): "PERSON lacks INSERT on club.notes",
    ("REVOKE USAGE ON SEQUENCE club.numbers FROM PERSON", "write"): "PERSON lacks USAGE on club.numbers",
    ("REVOKE EXECUTE ON FUNCTION club.me() FROM PERSON", "write"): "PERSON may not execute club.me()",
    ("REVOKE EXECUTE ON FUNCTION hidden.is_short(text) FROM PERSON", "write"): (
        "PERSON may not execute hidden.is_short(text), which the check notes_note_check of club.notes needs"
    ),
    (
        "ALTER TABLE club.notes DROP CONSTRAINT notes_note_check;"
        " REVOKE EXECUTE ON FUNCTION hidden.is_short(text) FROM PERSON",
        "write",
    ): ("PERSON may not execute hidden.is_short(text), which the index club.notes_by_start of club.notes needs"),
    ("REVOKE EXECUTE ON FUNCTION hidden.trimmed(text) FROM PERSON", "write"): (
        "PERSON may not execute hidden.trimmed(text), which club.tidy() needs"
    ),
    ("REVOKE USAGE ON SCHEMA hidden FROM PERSON", "write"): "PERSON may not look anything up in schema hidden",
    ("REVOKE SELECT ON club.rooms FROM OWNER", "write"): (
        "OWNER lacks SELECT on club.rooms, which the foreign key notes_room_fkey of club.notes needs"
    ),
    ("REVOKE UPDATE ON club.rooms FROM OWNER", "write"): "OWNER lacks UPDATE on club.rooms",
    ("REVOKE SELECT ON club.notes FROM OWNER", "write"): (
        "OWNER lacks SELECT on club.notes, which club.number_it() needs, as it runs with the rights of OWNER"
    ),
    ("REVOKE SELECT ON club.seats FROM OWNER", "read"): "OWNER lacks SELECT on club.seats",
    ("REVOKE EXECUTE ON FUNCTION club.notes_in(int) FROM PERSON", "count"): (
        "PERSON may not execute club.notes_in(integer)"
    ),
    ("REVOKE UPDATE ON club.seats FROM OWNER", "count"): "OWNER lacks UPDATE on club.seats",
    ("ALTER FUNCTION club.notes_in(int) SECURITY INVOKER", "count"): "PERSON lacks UPDATE on club.seats",
    ("REVOKE EXECUTE ON FUNCTION pg_catalog.lower(text) FROM PUBLIC", "write"): (
        "PERSON may not execute pg_catalog.lower(text), which the index club.notes_by_start of club.notes needs"
    ),
}
# What keeps rows away without a privilege that is missing.
EMPTY = {
    ("DROP POLICY seen ON club.notes", "read"): "keeps PERSON from SELECT: there is no policy",
    ("ALTER POLICY seen ON club.notes TO OWNER", "read"): "keeps PERSON from SELECT: seen is for other roles",
    ("ALTER POLICY seen ON club.notes USING (NULL)", "read"): "seen never lets a row pass",
    ("ALTER POLICY seen ON club.notes USING (hidden.sits_in(room) AND 1 = 2)", "read"): "seen never lets a row pass",
    ("CREATE POLICY nobody ON club.notes AS RESTRICTIVE USING ((SELECT false))", "read"): (
        "the restrictive policy nobody of club.notes lets no row of PERSON pass SELECT"
    ),
}
REFUSED = {
    ("ALTER POLICY written ON club.notes WITH CHECK (false)", "write"): "written never lets a row pass",
    ("DROP POLICY written ON club.notes", "write"): "keeps PERSON from INSERT: there is no policy",
    ("ALTER POLICY seen ON club.seats USING (room IN (SELECT r.id FROM club.rooms r))", "rooms"): (
        "ask club.rooms again, for ever"
    ),
    ("ALTER POLICY seen ON club.seats USING (EXISTS (SELECT FROM club.seats s WHERE s.person = club.me()))", "rooms"): (
        "the policies of club.seats ask club.seats again, for ever"
    ),
    (
        "ALTER TABLE club.seats FORCE ROW LEVEL SECURITY; CREATE POLICY all_of_it ON club.seats TO OWNER"
        " USING (hidden.sits_in(room))",
        "read",
    ): "the policies of club.seats ask club.seats again, for ever",
}
LIMITED = (
    "ALTER POLICY written ON club.notes"
    " WITH CHECK ((SELECT count(*) FROM club.notes n WHERE n.author = club.me()) < 30)"
)
IN_A_ROOM = "ALTER POLICY written ON club.notes WITH CHECK (room IN (SELECT r.id FROM club.rooms r))"
WITH_NOTES = "ALTER POLICY seen ON club.rooms USING (id IN (SELECT n.room FROM club.notes n))"
OWN = "ALTER POLICY seen ON club.notes USING (author = {})"
REFUSED |= {
    (f"{LIMITED}; ALTER POLICY seen ON club.notes USING (room IN (SELECT s.room FROM club.seats s))", "write"): (
        "the policies of club.notes ask club.notes again, for ever (policy written of club.notes asks)"
    ),
    (f"{LIMITED}; {OWN.format('(SELECT club.me())')}", "write"): "ask club.notes again, for ever",
    (f"{IN_A_ROOM}; {WITH_NOTES}; {OWN.format('(SELECT club.me())')}", "write"): (
        "the policies of club.notes ask club.notes again, for ever (policy seen of club.rooms asks)"
    ),
    (
        "DROP POLICY seen ON club.seats; CREATE POLICY whole ON club.seats TO PERSON USING (room IN (SELECT r.id"
        " FROM club.rooms r)) WITH CHECK (true)",
        "rooms",
    ): "ask club.rooms again, for ever",
}
SWALLOWING = """
CREATE OR REPLACE FUNCTION hidden.trimmed(note text) RETURNS text
  LANGUAGE plpgsql
  AS 'BEGIN BEGIN PERFORM FROM hidden.audit; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN note; END'
"""
FORCED = """
ALTER TABLE club.notes FORCE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON club.notes TO OWNER USING (true)
"""
# What looks like that and is none.
SOUND = {
    "SELECT": "as it is",
    "REVOKE SELECT ON club.notes FROM PERSON; GRANT SELECT ON club.notes TO PUBLIC": "through PUBLIC",
    "REVOKE SELECT ON club.notes FROM PERSON; GRANT SELECT ON club.notes TO MEMBERS": "through another role",
    "REVOKE SELECT ON club.notes FROM PERSON; GRANT SELECT (id, note) ON club.notes TO PERSON": "by columns",
    "REVOKE SELECT ON club.seats FROM PERSON; GRANT SELECT (room, person) ON club.seats TO PERSON": "of a policy",
    "ALTER POLICY seen ON club.notes TO PUBLIC": "policy for everybody",
    "ALTER POLICY seen ON club.notes TO MEMBERS": "policy for a role that the person belongs to",
    "CREATE POLICY never ON club.notes FOR SELECT TO PERSON USING (false)": "one of two never lets a row pass",
    "CREATE POLICY others ON club.notes AS RESTRICTIVE TO OWNER USING (false)": "restricts somebody else",
    "REVOKE ALL ON FUNCTION club.number_it(), club.tidy() FROM PERSON": "a trigger's function",
    "ALTER TABLE club.notes DISABLE TRIGGER tidy; REVOKE ALL ON FUNCTION hidden.trimmed(text) FROM PERSON": "disabled",
    "CREATE FUNCTION hidden.unused() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    " REVOKE ALL ON FUNCTION hidden.unused() FROM PUBLIC": "a function that nothing calls",
    FORCED: "a policy for the owner",
    "ALTER ROLE OWNER BYPASSRLS; ALTER TABLE club.seats FORCE ROW LEVEL SECURITY": "the owner passes",
    SWALLOWING: "an error that nobody hears of",
    LIMITED: "a limit by the rows that one sees without another query",
    f"{IN_A_ROOM}; {WITH_NOTES}; {OWN.format('club.me()')}": "back to one's own rows, without another query",
    "DROP POLICY seen ON club.seats; CREATE POLICY whole ON club.seats TO PERSON USING (person = (SELECT club.me()))"
    " WITH CHECK (room IN (SELECT r.id FROM club.rooms r))": "back to the table in what is checked alone",
    "GRANT MEMBERS TO OWNER; ALTER FUNCTION club.notes_in(int) RESET ALL": "found by the search path of its caller",
}


@pytest.fixture(scope="module")
def club_connection(templates):
    """One connection to one clone for the whole module."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        yield connection


@pytest.fixture
def club(club_connection):
    """A club in a transaction that is rolled back, by what is changed in it."""
    suffix = secrets.token_hex(4)
    roles = {word: f"{word.lower()}_{suffix}" for word in ("PERSON", "OWNER", "MEMBERS")}

    def fill(script):
        for word, role in roles.items():
            script = script.replace(word, role)
        club_connection.execute(script.encode())

    club_connection.execute("BEGIN; LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE")
    fill(BASE)

    class Club:
        person = roles["PERSON"]

        def complaints(self, change, step):
            """What is said to be wrong with a step after a change, in the words of this file."""
            fill(change)
            club_connection.execute("SET LOCAL search_path = pg_catalog")
            found = reading.read(club_connection, [self.person], RELATIONS)
            walk = Walk(found, ["club"])
            _walked(walk, found, found.roles[self.person], step)
            said = "\n".join(f"{each.sees}: {each.what}" for each in walk.way.complaints())
            for word, role in roles.items():
                said = said.replace(role, word)
            return said

        def rows(self, step):
            """What the server returns to the person."""
            club_connection.execute(
                f"SET LOCAL search_path = club; SET LOCAL club.me = 'ana'; SET LOCAL ROLE {self.person}"
            )
            return club_connection.execute(STEPS[step]).fetchall()

    yield Club()
    club_connection.execute("ROLLBACK")


def _walked(walk, found, person, step):
    if step == "count":
        (function,) = found.named("club", "notes_in")
        walk.call(person, function)
    elif step == "write":
        walk.statement(person, found.relation("club", "notes"), "INSERT", ("room", "note"))
        walk.statement(person, found.relation("club", "notes"), "SELECT", ("id", "note"))
    else:
        table = {"read": "notes"}.get(step, step)
        walk.statement(person, found.relation("club", table), "SELECT", ("id", "note") if step == "read" else ("id",))


@pytest.mark.parametrize(("change", "step"), BROKEN, ids=str)
def test_a_missing_privilege_is_named_and_refused(club, change, step):
    """The server refuses the step for lack of a privilege, and the sentence names just that."""
    said = club.complaints(change, step)
    assert BROKEN[change, step] in said
    assert "42501" in said
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        club.rows(step)


@pytest.mark.parametrize(("change", "step"), EMPTY, ids=str)
def test_a_policy_that_lets_nothing_pass_is_named(club, change, step):
    """The server returns no rows, without an error."""
    assert EMPTY[change, step] in club.complaints(change, step)
    assert club.rows(step) == []


@pytest.mark.parametrize(("change", "step"), REFUSED, ids=str)
def test_a_policy_that_refuses_is_named(club, change, step):
    """The server refuses the row, or asks its policies for ever."""
    assert REFUSED[change, step] in club.complaints(change, step)
    with pytest.raises(
        (
            psycopg.errors.InsufficientPrivilege,
            psycopg.errors.InvalidObjectDefinition,
            psycopg.errors.StatementTooComplex,
        )
    ):
        club.rows(step)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("change", SOUND, ids=SOUND.values())
def test_nothing_is_said_where_nothing_is_missing(club, change, step):
    """What looks like a lack and is none: no sentence, and the server returns rows."""
    assert club.complaints(change, step) == ""
    assert club.rows(step)

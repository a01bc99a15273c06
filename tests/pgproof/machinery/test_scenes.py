"""An expression is answered for a few rows that are thought up, and only where that holds whatever else is there."""

import pytest

from pgproof.machinery.folding import UNKNOWN
from pgproof.machinery.reading import Function
from pgproof.machinery.scenes import CLAIMS, Id, Scene

ANA, BEN = Id("person", "Ana"), Id("person", "Ben")
ROOM, OTHER_ROOM = Id("room", "garden"), Id("room", "hall")
ROWS = {
    ("club", "seats"): [
        {"id": Id("seat", "1"), "room": ROOM, "person": ANA, "role": UNKNOWN},
        {"id": Id("seat", "2"), "room": ROOM, "person": BEN, "role": UNKNOWN},
    ],
    ("club", "rooms"): [{"id": ROOM, "owner": BEN}],
}
COLUMNS = {
    **{name: frozenset(rows[0]) for name, rows in ROWS.items()},
    ("club", "guests"): frozenset(("room", "person")),
}
SITS = "SELECT EXISTS (SELECT FROM club.seats s WHERE s.room = chosen AND s.person = club.me())"
HELPERS = {
    "sits_in": ("sql", SITS, ("chosen",)),
    "sits_atomic": ("sql", f"BEGIN ATOMIC {SITS}; END", ("chosen",)),
    "sits_crossed": ("sql", SITS.replace("s.room = chosen", "s.person = chosen"), ("chosen",)),
    "sits_unnamed": ("sql", SITS.replace("chosen", "$1"), ("",)),
    "sits_counted": (
        "sql",
        "SELECT count(*) > 0 FROM club.seats WHERE room = chosen AND person = club.me()",
        ("chosen",),
    ),
    "returns": ("plpgsql", f"BEGIN RETURN ({SITS}); END", ("chosen",)),
    "branches": (
        "plpgsql",
        "BEGIN IF EXISTS (SELECT FROM club.seats s WHERE s.room = chosen AND s.person = club.me()) THEN RETURN true;"
        " END IF; RETURN false; END",
        ("chosen",),
    ),
    "by_variable": (
        "plpgsql",
        "DECLARE n boolean; BEGIN SELECT true INTO n FROM club.seats s WHERE s.room = chosen AND s.person = club.me();"
        " RETURN coalesce(n, false); END",
        ("chosen",),
    ),
    "by_found": (
        "plpgsql",
        "BEGIN PERFORM FROM club.seats s WHERE s.room = chosen AND s.person = club.me(); RETURN FOUND; END",
        ("chosen",),
    ),
    "if_found": (
        "plpgsql",
        "BEGIN PERFORM FROM club.seats s WHERE s.room = chosen AND s.person = club.me();"
        " IF FOUND THEN RETURN true; ELSE RETURN false; END IF; END",
        ("chosen",),
    ),
    "if_variable": (
        "plpgsql",
        "DECLARE n int := 0; BEGIN SELECT count(*) INTO n FROM club.seats s WHERE s.room = chosen"
        " AND s.person = club.me(); IF n > 0 THEN RETURN true; END IF; RETURN false; END",
        ("chosen",),
    ),
    "sets_perhaps": (
        "plpgsql",
        "DECLARE n boolean := false; BEGIN IF EXISTS (SELECT FROM club.guests g WHERE g.room = chosen) THEN"
        " n := true; END IF; RETURN n; END",
        ("chosen",),
    ),
    "finds_in_a_loop": (
        "plpgsql",
        "DECLARE n boolean := false; BEGIN FOR i IN 1..2 LOOP IF n THEN RETURN true; END IF; n := true; END LOOP;"
        " RETURN false; END",
        ("chosen",),
    ),
    "counts_rows": (
        "plpgsql",
        "DECLARE n int := 0; BEGIN PERFORM FROM club.seats s WHERE s.room = chosen; GET DIAGNOSTICS n = ROW_COUNT;"
        " RETURN n > 0; END",
        ("chosen",),
    ),
    "fetches": (
        "plpgsql",
        "DECLARE n boolean := false; c CURSOR FOR SELECT true; BEGIN OPEN c; FETCH c INTO n; RETURN n; END",
        ("chosen",),
    ),
    "finds_by_fetching": (
        "plpgsql",
        "DECLARE c CURSOR FOR SELECT true; BEGIN PERFORM FROM club.seats WHERE person = chosen; OPEN c; MOVE c;"
        " RETURN FOUND; END",
        ("chosen",),
    ),
    "loops_over_rows": (
        "plpgsql",
        "DECLARE n boolean := false; BEGIN FOR n IN SELECT true LOOP NULL; END LOOP; RETURN n; END",
        ("chosen",),
    ),
    "loops_over_an_array": (
        "plpgsql",
        "DECLARE n boolean := false; BEGIN FOREACH n IN ARRAY ARRAY[true] LOOP NULL; END LOOP; RETURN n; END",
        ("chosen",),
    ),
    "calls_a_procedure": ("plpgsql", "DECLARE n boolean := false; BEGIN CALL club.fill(n); RETURN n; END", ("chosen",)),
    "by_a_label": ("plpgsql", "<<b>> DECLARE n boolean := false; BEGIN b.n := true; RETURN n; END", ("chosen",)),
    "raises_by_rows": (
        "plpgsql",
        "DECLARE n int := 0; BEGIN PERFORM FROM club.seats; GET DIAGNOSTICS n = ROW_COUNT;"
        " IF n = 0 THEN RAISE EXCEPTION 'no'; END IF; RETURN n > 0; END",
        ("chosen",),
    ),
    "never_though_it_counts": (
        "plpgsql",
        "DECLARE n int := 0; m boolean := false; BEGIN PERFORM FROM club.seats; GET DIAGNOSTICS n = ROW_COUNT;"
        " RETURN m; END",
        ("chosen",),
    ),
    "never": ("plpgsql", "BEGIN IF chosen IS NULL THEN RETURN NULL; END IF; RETURN false; END", ("chosen",)),
    "raises": ("plpgsql", "BEGIN RAISE EXCEPTION 'no'; END", ("chosen",)),
    "dynamic": ("plpgsql", "DECLARE n boolean; BEGIN EXECUTE 'SELECT false' INTO n; RETURN n; END", ("chosen",)),
    "endless": ("sql", "SELECT club.endless(chosen)", ("chosen",)),
    "loops": ("plpgsql", "BEGIN FOR i IN 1..2 LOOP RETURN true; END LOOP; RETURN false; END", ("chosen",)),
}
FUNCTIONS = [
    *(Function("club", name, *what[:2], parameters=what[2]) for name, what in HELPERS.items()),
    Function("club", "my_rooms", "sql", "SELECT room FROM club.seats WHERE person = club.me()", (), returns_set=True),
    Function("club", "no_rooms", "sql", "SELECT person FROM club.seats WHERE room = club.me()", (), returns_set=True),
    Function("club", "two", "sql", "SELECT false", ("a",)),
    Function("other", "two", "sql", "SELECT false", ("a",)),
]
SCENE = Scene(ROWS, COLUMNS, FUNCTIONS, {("club", "me"): ANA, ("auth", "jwt"): CLAIMS}, {"sub": ANA})


def answer(text):
    """What is answered for a note of Ben's in the garden."""
    row = {"room": ROOM, "author": BEN, "topic": UNKNOWN, "gone": None}
    return SCENE.asking(row, "notes").value(text)


TRUE = (
    "author <> club.me()",
    "( SELECT club.me() AS me) = ANY (ARRAY[author, club.me()])",
    "EXISTS (SELECT 1 FROM club.seats s WHERE s.room = notes.room AND s.person = club.me())",
    "EXISTS (SELECT 1 FROM club.seats JOIN club.rooms r ON r.id = seats.room WHERE r.owner = author)",
    "room IN (SELECT s.room FROM club.seats s WHERE s.person::text = (club.me())::text)",
    "room = ANY (ARRAY(SELECT s.room FROM club.seats s))",
    "room IN (SELECT club.my_rooms())",
    "room IN (SELECT m FROM club.my_rooms() m)",
    "room IN (SELECT x.id FROM club.my_rooms() AS x(id))",
    "(SELECT count(*) FROM club.seats WHERE seats.room = notes.room) = 2",
    "(SELECT r.owner FROM club.rooms r WHERE r.id = room) = author",
    "EXISTS (SELECT FROM club.rooms r LEFT JOIN club.seats s ON s.room = r.owner WHERE s.id IS NULL)",
    "(((auth.jwt() ->> 'sub'))::uuid = club.me())",
    "((current_setting('request.jwt.claims', true))::json ->> 'sub')::uuid = club.me()",
    "author = club.me() OR club.sits_in(room)",
    "NOT club.never(room)",
    *(
        f"club.{name}(room)"
        for name in ("sits_in", "sits_atomic", "sits_unnamed", "sits_counted", "returns", "branches")
    ),
    *(f"club.{name}(notes.room)" for name in ("by_variable", "by_found", "if_found", "if_variable")),
    "author IN (SELECT r.owner FROM club.rooms r UNION SELECT s.person FROM club.seats s)",
)
FALSE = (
    "room = club.me()",
    "author = club.me()",
    "EXISTS (SELECT FROM club.seats s WHERE s.room = club.me())",
    "EXISTS (SELECT FROM club.seats s WHERE s.person = notes.room AND s.role = 'member')",
    "EXISTS (SELECT FROM club.guests g WHERE g.person = author AND author = club.me())",
    "room IN (SELECT s.person FROM club.seats s)",
    "room IN (SELECT club.no_rooms())",
    "author IN (SELECT s.person FROM club.seats s WHERE s.person <> notes.author AND s.role = 'x' LIMIT 1)",
    *(f"club.{name}(author)" for name in ("sits_in", "sits_atomic", "returns", "branches", "by_variable", "by_found")),
    *(f"club.{name}(author)" for name in ("if_found", "if_variable")),
    *(f"club.{name}(room)" for name in ("sits_crossed", "never", "never_though_it_counts", "raises")),
)
NOBODY_KNOWS = (
    "topic = 'garden'",
    "EXISTS (SELECT FROM club.guests g WHERE g.person = club.me())",
    "NOT EXISTS (SELECT FROM club.guests g WHERE g.person = club.me())",
    "EXISTS (SELECT FROM current_date WHERE topic)",
    "EXISTS (SELECT FROM coalesce(topic, 'x') AS t)",
    "EXISTS (SELECT FROM club.seats s WHERE s.role = 'member')",
    "EXISTS (SELECT FROM elsewhere.seats s WHERE s.room = club.me())",
    "EXISTS (SELECT FROM (SELECT 1) x WHERE x.a = 1)",
    "author = (SELECT g.person FROM club.guests g LIMIT 1)",
    "room IN (WITH w AS (SELECT 1 AS a) SELECT a FROM w)",
    "room IN (SELECT s.room FROM club.seats s GROUP BY s.room)",
    "room = 'c0000000-0000-4000-8000-000000000001'::uuid",
    "two(room)",
    "club.unknown(room)",
    "club.loops(room)",
    "club.sets_perhaps(room)",
    "club.finds_in_a_loop(room)",
    *(f"club.{name}(room)" for name in ("counts_rows", "fetches", "finds_by_fetching", "raises_by_rows")),
    *(f"club.{name}(room)" for name in ("loops_over_rows", "loops_over_an_array", "calls_a_procedure", "by_a_label")),
    "club.dynamic(room)",
    "club.endless(room)",
    "room IN (SELECT s.room FROM club.seats s CROSS JOIN LATERAL unnest(ARRAY[1]) u (n) WHERE n = 2 AND missing)",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in TRUE),
        *((text, False) for text in FALSE),
        *((text, UNKNOWN) for text in NOBODY_KNOWS),
    ],
)
def test_only_what_holds_whatever_else_is_there_is_answered(text, expected):
    """Ids of different things are never the same, helpers are followed, and what nobody thought up is unknown."""
    found = answer(text)
    assert (False if found is None else found) is expected


def test_who_says_no_is_told():
    """A helper that answered is remembered with its answers, by which a failure can name it."""
    scene = Scene(ROWS, COLUMNS, FUNCTIONS, {("club", "me"): ANA})
    scene.asking({"author": BEN}, "notes").value("club.sits_in(author) OR author IN (SELECT club.no_rooms())")
    assert scene.answered == {"club.sits_in": {False}, "club.no_rooms": {False}}

"""A body is told apart into what it does in any case and what it does only perhaps."""

import pytest

from pgproof.machinery import bodies, following, names
from pgproof.machinery.reading import Function, Machinery, Setting


def read(text, **known):
    return bodies.read("plpgsql", f"BEGIN {text} END", known, trigger=True)


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("RETURN NULL;", ["return"]),
        ("IF NEW.a THEN RETURN NEW; END IF; RETURN NULL;", []),
        ("IF NEW.a THEN RAISE EXCEPTION 'x'; END IF; RETURN NULL;", ["return"]),
        ("IF true THEN RETURN NULL; END IF; RETURN NEW;", ["return"]),
        ("IF tg_op = 'DELETE' THEN RETURN OLD; ELSE RETURN NULL; END IF;", ["return"]),
        ("RAISE NOTICE 'x'; RETURN NULL;", ["return"]),
        ("RAISE EXCEPTION 'x'; RETURN NULL;", ["raise"]),
        ("BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN NEW;", ["return"]),
        ("CASE NEW.a WHEN 1 THEN RETURN NEW; ELSE NULL; END CASE; RETURN NULL;", []),
        ("FOR i IN 1..2 LOOP RETURN NEW; END LOOP; RETURN NULL;", []),
        ("NEW.a := 1;", ["assign", "end"]),
    ],
)
def test_what_follows_a_branch_that_may_return_is_not_certain(text, certain):
    """A branch that fails ends no ordinary call, one that returns does, and one that is decided is no branch."""
    assert [step.kind for step in read(text, tg_op="INSERT").certain] == certain


def test_what_no_call_reaches_is_left_out():
    """After a RETURN nothing is done."""
    assert len(read("RETURN NEW; DELETE FROM rooms;").steps) == 1


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("GET DIAGNOSTICS NEW.seq = ROW_COUNT, n = ROW_COUNT;", {"new.seq", "n"}),
        ("OPEN c; FETCH c INTO NEW.seq, n;", {"new.seq", "n", "found"}),
        ("EXECUTE 'x' INTO NEW.seq;", {"new.seq"}),
        ("EXECUTE 'x' INTO NEW;", {"new"}),
        ("CALL f(n, 1, z => NEW.seq);", {"n", "new.seq"}),
        ("FOR n IN SELECT 1 LOOP NEW.seq := n; END LOOP;", {"n", "new.seq", "found"}),
        ("FOREACH n IN ARRAY a LOOP NULL; END LOOP;", {"n", "found"}),
        ("FOREACH n, NEW.seq IN ARRAY a LOOP NULL; END LOOP;", {"n", "new.seq", "found"}),
        ("FOR r IN EXECUTE 'x' LOOP NULL; END LOOP;", {"r", "found"}),
        ("DO 'BEGIN END'; ASSERT n > 0; CLOSE c;", set()),
    ],
)
def test_what_gets_a_value_without_an_assignment(text, targets):
    """Rows that are counted, fetched or looped over, and what a procedure may give back, are told as targets."""
    declared = "DECLARE n int; a int[]; r record; c CURSOR FOR SELECT 1;"
    found = bodies.read("plpgsql", f"{declared} BEGIN {text} RETURN NEW; END", trigger=True)
    assert found.perhaps_assigned() == targets


def test_rows_of_a_query_that_is_put_together_are_not_read():
    """RETURN QUERY EXECUTE runs SQL that nobody can read."""
    assert bodies.read("plpgsql", "BEGIN RETURN QUERY EXECUTE 'SELECT 1'; END").dynamic
    assert not bodies.read("plpgsql", "BEGIN RETURN QUERY SELECT 1; END").dynamic


def test_another_language_is_not_read():
    """What the grammar does not read is None, also a body with an error."""
    assert bodies.read("plpython3u", "return None") is None
    assert bodies.read("plpgsql", "BEGIN THIS IS NOTHING") is None


def test_a_condition_that_never_holds_writes_nothing():
    """A write with WHERE false is none."""
    never = following.follow(bodies.read("sql", "UPDATE rooms SET a = 1 WHERE false"), ())
    always = following.follow(bodies.read("sql", "UPDATE rooms SET a = 1 WHERE b"), ())
    assert (never.writes("rooms", "update"), always.writes("rooms", "update")) == (None, {"a"})


def test_calls_are_followed():
    """What a called function writes counts, also where two call each other."""
    functions = [
        Function("public", "one", "sql", "SELECT two()"),
        Function("public", "two", "sql", "UPDATE rooms SET a = 1; SELECT one()"),
    ]
    assert following.follow(bodies.read("sql", "SELECT public.one()"), functions).writes("rooms", "update") == {"a"}
    unread = [Function("public", "one", "c", "")]
    assert following.follow(bodies.read("sql", "SELECT public.one()"), unread).opaque


THERE = Machinery(
    relations={("public", "rooms"): frozenset(("id", "name"))},
    functions=(Function("public", "title", "sql", "SELECT 'x'", ("room",)),),
    calls={
        "now": frozenset(("pg_catalog",)),
        "tell": frozenset(("public",)),
        "post": frozenset(("net",)),
        "gone": frozenset(),
    },
)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("SELECT name FROM rooms", []),
        ("SELECT r.name FROM public.rooms r", []),
        ("SELECT r.ctid, r.* FROM rooms r", []),
        ("WITH found AS (SELECT 1 AS n) SELECT found.n FROM found", []),
        ("WITH r AS (SELECT r.id AS n FROM rooms r) SELECT r.n FROM r", []),
        ("WITH rooms AS (SELECT r.id AS n FROM rooms r) SELECT rooms.n FROM rooms", []),
        ("SELECT r.n FROM (SELECT r.id AS n FROM rooms r) r", []),
        ("SELECT r.n FROM rooms AS r(n, m)", []),
        ("SELECT r.n FROM (rooms a JOIN rooms b USING (id)) AS r(n), LATERAL (SELECT r.id FROM rooms r) x", []),
        ("SELECT rooms.n FROM tell(1) AS rooms(n), (SELECT rooms.id FROM rooms) x", []),
        ("SELECT tell.n FROM tell(1), (SELECT tell.id FROM rooms tell) x", []),
        ("SELECT r.title FROM rooms r", []),
        ("WITH w AS (SELECT r.topic FROM rooms r) SELECT w.topic FROM w", ["column public.rooms.topic"]),
        ("SELECT x.n FROM (SELECT r.topic AS n FROM rooms r) x", ["column public.rooms.topic"]),
        ("CREATE TEMP TABLE mine (a int); SELECT * FROM mine", []),
        ("SELECT FROM halls", ["relation halls"]),
        ("SELECT FROM other.rooms", ["relation other.rooms"]),
        ("SELECT r.topic FROM rooms r", ["column public.rooms.topic"]),
        ("UPDATE rooms SET topic = 1", ["column public.rooms.topic"]),
        ("SELECT now(), tell(1), public.tell(1), net.post('a'), unread('b'), coalesce(1, 2)", []),
        ("SELECT post('a')", ["function post"]),
        ("SELECT other.post('a'), gone()", ["function gone", "function other.post"]),
    ],
)
def test_only_what_is_certain_is_missing(text, missing):
    """A relation or function is looked for in the search path, and a column where its table is known."""
    assert names.missing(bodies.read("sql", text), THERE, ["public"]) == missing
    assert names.missing(bodies.read("sql", "SELECT FROM rooms"), THERE, ["extensions"]) == ["relation rooms"]


ASKS = "SELECT current_setting('app.club')"


@pytest.mark.parametrize(
    ("first", "language", "text", "missing"),
    [
        ("", "sql", ASKS, True),
        ("", "sql", "SELECT set_config('app.club', '1', true); " + ASKS, False),
        ("", "plpgsql", f"BEGIN SET LOCAL app.club = '1'; PERFORM ({ASKS}); END", False),
        (
            "",
            "plpgsql",
            f"BEGIN RESET app.club; PERFORM set_config('app.hall', '1', true); PERFORM ({ASKS}); END",
            True,
        ),
        ("", "sql", "SELECT choose(); " + ASKS, False),
        ("PERFORM set_config('App.Club', '1', true);", "sql", ASKS, False),
        ("IF auth.uid() IS NOT NULL THEN PERFORM public.choose(); END IF;", "sql", ASKS, False),
        ("FOR n IN SELECT 1 LOOP PERFORM set_config('app.' || n, '1', true); END LOOP;", "sql", ASKS, False),
        ("EXECUTE 'SET LOCAL app.club = 1';", "sql", ASKS, False),
        ("PERFORM set_config('app.hall', '1', true);", "sql", ASKS, True),
    ],
)
@pytest.mark.parametrize("named", ["public.before", '"before"'])
def test_a_setting_that_the_request_sets_is_not_missing(first, language, text, missing, named):
    """What the body itself sets, what it calls, and what the API calls first, may give a setting its value."""
    functions = (
        Function("public", "choose", "sql", "SELECT set_config('app.club', '1', true)"),
        Function("public", "before", "plpgsql", f"DECLARE n text; BEGIN {first} END"),
    )
    settings = (Setting("authenticator", True, "pgrst.db_pre_request", named),) if first else ()
    found = names.missing(bodies.read(language, text), Machinery(settings, functions=functions), ["public"])
    assert found == (["setting app.club"] if missing else [])

"""What a body names is found by PostgreSQL's own grammar, and what cannot be looked at is said."""

import pytest

from pgproof.reach import bodies
from pgproof.reach.statements import Access, Call


def block(body, declared=""):
    """The definition of a function in PL/pgSQL."""
    return f"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ {declared} BEGIN {body} RETURN NEW; END $f$"


def named(language, text):
    """The relations that a body names, each with its command and its columns, and whether it may be left out."""
    found = bodies.read(language, text)
    assert found.unseen is None
    return [
        (each.conditional, access.command, access.name, access.columns and sorted(access.columns))
        for each in found.statements
        for access in each.relations
    ]


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("SELECT a, t.b FROM s.t", [(False, "SELECT", "t", ["a", "b"])]),
        ("SELECT * FROM t", [(False, "SELECT", "t", None)]),
        ("SELECT count(*) FROM t", [(False, "SELECT", "t", frozenset())]),
        ("SELECT x.a, y.b FROM t x, t y", [(False, "SELECT", "t", ["a"]), (False, "SELECT", "t", ["b"])]),
        ("WITH c AS (SELECT a FROM t) SELECT a FROM c", [(False, "SELECT", "t", ["a"])]),
        ("UPDATE t SET a = 1 WHERE b = 2", [(False, "UPDATE", "t", ["a"]), (False, "SELECT", "t", ["b"])]),
        ("DELETE FROM t", [(False, "DELETE", "t", None)]),
        ("INSERT INTO t (a) VALUES (1) RETURNING b", [(False, "INSERT", "t", ["a"]), (False, "SELECT", "t", ["b"])]),
        ("BEGIN ATOMIC SELECT s.t.a FROM s.t; DELETE FROM u; END", [
            (False, "SELECT", "t", ["a"]),
            (False, "DELETE", "u", None),
        ]),
        ("RETURN (SELECT a FROM t)", [(False, "SELECT", "t", ["a"])]),
    ],
)  # fmt: skip
def test_what_sql_names(text, relations):
    """Each relation has its command and the columns that are named of it."""
    assert named("sql", text) == relations


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        (block("PERFORM FROM t;"), [(False, "SELECT", "t")]),
        (block("NEW.a := (SELECT max(b) FROM t);"), [(False, "SELECT", "t")]),
        (block("IF EXISTS (SELECT FROM t) THEN DELETE FROM u; END IF;"), [
            (False, "SELECT", "t"),
            (True, "DELETE", "u"),
        ]),
        (block("FOR r IN SELECT FROM t LOOP DELETE FROM u; END LOOP;", "DECLARE r record;"), [
            (False, "SELECT", "t"),
            (True, "DELETE", "u"),
        ]),
        (block("BEGIN DELETE FROM t; EXCEPTION WHEN others THEN NULL; END;"), []),
        (block("BEGIN DELETE FROM t; EXCEPTION WHEN unique_violation THEN NULL; END;"), [(False, "DELETE", "t")]),
        (block("NULL;", "DECLARE n int := (SELECT count(*) FROM t);"), [(False, "SELECT", "t")]),
    ],
)  # fmt: skip
def test_what_a_procedure_names(text, relations):
    """What stands in a branch or a loop may be left out; what an exception swallows does not count."""
    found = sorted(named("plpgsql", text), key=str)
    assert sorted((each[:3] for each in found), key=str) == sorted(relations, key=str)


def test_a_call_is_known_by_its_name_and_the_number_of_its_arguments():
    """With or without a schema, wherever it stands."""
    (statement,) = bodies.read("sql", "SELECT auth.uid() FROM numbers(1, 2)").statements
    assert set(statement.calls) == {Call("auth", "uid", 0), Call(None, "numbers", 2)}
    assert statement.relations == ()


def test_a_row_that_is_locked_needs_update():
    """FOR UPDATE and FOR SHARE ask for more than SELECT."""
    (statement,) = bodies.read("sql", "SELECT a FROM t FOR SHARE").statements
    assert Access(None, "t", "UPDATE", frozenset()) in statement.relations


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("plv8", None, "it is written in plv8"),
        ("plpgsql", block("EXECUTE 'DELETE FROM t';"), "it runs SQL that it puts together"),
        ("sql", "SELECT FROM FROM", "its text cannot be parsed"),
    ],
)
def test_what_cannot_be_looked_at_is_said(language, text, why):
    """Nobody can tell by reading what these do."""
    assert bodies.read(language, text).unseen == why

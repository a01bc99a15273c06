"""Every operator of the query string finds what the operator of PostgreSQL finds."""

import pytest


def found(library, **filters):
    return {row["id"] for row in library.get("/rest_authors", params={"select": "id", **filters})}


@pytest.mark.parametrize(
    ("column", "value", "ids"),
    [
        ("id", "eq.1", {1}),
        ("id", "neq.1", {2, 3}),
        ("id", "gt.1", {2, 3}),
        ("id", "gte.2", {2, 3}),
        ("id", "lt.2", {1}),
        ("id", "lte.2", {1, 2}),
        ("name", "eq.Bob, Jr.", {2}),
        ("name", 'eq.a"b\\c%', {3}),
        ("name", "like.*o*", {2}),
        ("name", "like.an*", set()),
        ("name", "ilike.an*", {1}),
        ("name", "match.^A", {1}),
        ("name", "imatch.^a", {1, 3}),
        ("name", 'in.("Bob, Jr.",Ann)', {1, 2}),
        ("name", 'in.("a\\"b\\\\c%")', {3}),
        ("id", "in.()", set()),
        ("id", "not.in.(1,2)", {3}),
        ("alive", "is.true", {1}),
        ("alive", "is.false", {2}),
        ("alive", "is.null", {3}),
        ("alive", "is.unknown", {3}),
        ("alive", "is.not_null", {1, 2}),
        ("alive", "not.is.NULL", {1, 2}),
        ("born", "isdistinct.1950", {2, 3}),
        ("born", "not.isdistinct.1950", {1}),
        ("tags", "cs.{a}", {1}),
        ("tags", "cd.{a,b,x}", {1}),
        ("tags", "ov.{c,x}", {2}),
        ("tags", "eq.{a,b}", {1}),
        ("facts", 'cs.{"city":"Rome"}', {1}),
        ("facts->>city", "eq.Bonn", {2}),
        ("facts->langs->>0", "eq.it", {1}),
        ("facts->langs", 'eq.["it","en"]', {1}),
        ("span", "sl.[5,6)", {1}),
        ("span", "sr.[1,2)", {2}),
        ("span", "nxr.[1,7)", {1}),
        ("span", "nxl.[2,7)", {2}),
        ("span", "adj.[5,6)", {1}),
        ("words", "fts.cat", {1}),
        ("words", "fts(english).dog|cats", {1, 2}),
        ("words", "plfts(english).barking dogs", {2}),
        ("words", "phfts(english).dogs bark", {2}),
        ("words", "wfts(english).dogs -bark", set()),
        ("words", "not.fts(english).cats", {2}),
        ("name", "fts(simple).ann", {1}),
        ("name", "like(any).{A*,B*}", {1, 2}),
        ("id", "eq(any).{1,3}", {1, 3}),
        ("id", "gt(all).{1,2}", {3}),
    ],
)
def test_an_operator_finds_its_rows(library, column, value, ids):
    """One filter of one column."""
    assert found(library, **{column: value}) == ids


@pytest.mark.parametrize(
    ("parameter", "ids"),
    [
        ("or=(id.eq.1,id.eq.3)", {1, 3}),
        ("and=(id.gt.1,id.lt.3)", {2}),
        ("not.or=(id.eq.1,id.eq.3)", {2}),
        ("or=(id.eq.1,and(id.gt.1,not.or(id.eq.2,alive.is.false)))", {1, 3}),
        ('or=(name.eq."Bob, Jr.",name.eq."a\\"b\\\\c%")', {2, 3}),
        ("or=(tags.cs.{b,c},id.in.(1,9))", {1, 2}),
        ("or=(name.like.A*,name.not.like.*o*)", {1, 3}),
        ("or=(facts->>city.eq.Rome,words.fts(english).dogs)", {1, 2}),
        ("or=(id.eq(any).{1,2},id.isdistinct.3)", {1, 2}),
        ("id=gt.1&id=lt.3", {2}),
        ("or=(id.eq.1,id.eq.2)&or=(id.eq.2,id.eq.3)", {2}),
    ],
)
def test_trees_nest_and_can_be_denied(library, parameter, ids):
    """And and or nest, hold quoted values, and can be denied; what is said twice must hold twice."""
    assert {row["id"] for row in library.get(f"/rest_authors?select=id&{parameter}")} == ids


@pytest.mark.parametrize(
    ("parameter", "code", "says"),
    [
        ("id=1", "PGRST100", '"failed to parse filter (1)" (line 1, column 1)'),
        ("id=same.1", "PGRST100", '"failed to parse filter (same.1)" (line 1, column 1)'),
        ("id=in.1", "PGRST100", '"failed to parse filter (in.1)" (line 1, column 4)'),
        ("id=is.1", "PGRST100", "failed to parse filter (is.1)"),
        ("id=", "PGRST100", "failed to parse filter ()"),
        ("or=()", "PGRST100", "failed to parse logic tree (())"),
        ("or=(id.eq.1", "PGRST100", "failed to parse logic tree ((id.eq.1)"),
        ("or=" + "(and" * 200 + "(id.eq.1" + ")" * 201, "PGRST100", "failed to parse logic tree"),
        ("select=id,", "PGRST100", "failed to parse select parameter (id,)"),
        ("select=rest_books(", "PGRST100", "failed to parse select parameter (rest_books()"),
        ("order=id.up", "PGRST100", "failed to parse order (id.up)"),
        ("limit=-1", "PGRST103", "Requested range not satisfiable"),
        ("id=eq.%ff", "PGRST100", "the query string is not UTF-8"),
        ("name=eq.%00", "PGRST100", "the query string has a NUL character"),
        ("nope=eq.1", "42703", "column rest_authors.nope does not exist"),
        ("select=nope", "42703", "column rest_authors.nope does not exist"),
        ("order=nope", "42703", "column rest_authors.nope does not exist"),
        ("or=(id.eq.1,nope.eq.1)", "42703", "column rest_authors.nope does not exist"),
        ("select=id::nope", "42704", 'type "nope" does not exist'),
        ("id=eq.x", "22P02", 'invalid input syntax for type integer: "x"'),
        ("id=like.1", "42883", "operator does not exist: integer ~~ unknown"),
        ("tags=cs.x", "22P02", 'malformed array literal: "x"'),
        ("name=match.(", "2201B", "invalid regular expression"),
    ],
)
def test_a_bad_filter_is_refused(library, parameter, code, says):
    """A filter that is none, or that the column cannot have, is refused; never read as something else."""
    answer = library.ask("GET", f"/rest_authors?{parameter}")
    assert answer.json()["code"] == code
    assert says in answer.json()["message"]
    assert answer.status_code == {"PGRST103": 416, "42883": 404}.get(code, 400)

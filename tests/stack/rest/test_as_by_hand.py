"""Whatever can be asked of a table has the answer of the statement that a person would write."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Composable, Identifier, Literal

from pgproof.timing import unit
from tests.stack.rest.fix_rest import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from connect.embedded_stack import StackOf

_SCHEMA = r"""
CREATE TABLE public.hand_groups (id int PRIMARY KEY, label text);
INSERT INTO public.hand_groups VALUES (1, 'one'), (2, NULL), (3, 'three');
CREATE TABLE public.hand_rows (
  id int PRIMARY KEY, n int, t text, f float8, b boolean, d date, j jsonb, group_id int REFERENCES public.hand_groups
);
INSERT INTO public.hand_rows
SELECT i, nullif(i % 5, 0),
  (ARRAY['a', 'B', 'a,b', '"q"', 'x\y', 'é (1)', '', NULL, 'a.b', 'null', '%', 'a*'])[1 + i % 12],
  nullif(i % 4, 1) / 2.0::float8, (ARRAY[true, false, NULL])[1 + i % 3],
  nullif('2026-01-01'::date + i % 6, '2026-01-03'),
  (ARRAY['{"k": "a", "m": [1, 2]}', '{"k": null}', '[1]', NULL])[1 + i % 4]::jsonb, nullif(i % 4, 0)
FROM generate_series(1, 40) AS i;
GRANT ALL ON public.hand_rows, public.hand_groups TO service_role;
"""
_WORDS = ["a", "B", "a,b", '"q"', "x\\y", "é (1)", "", "a.b", "null", "%", "a*", ")", "nothing"]
_VALUES = {
    "id": st.integers(-1, 41).map(str),
    "n": st.integers(-1, 6).map(str),
    "t": st.sampled_from(_WORDS),
    "f": st.sampled_from(["0", "0.5", "1", "1.5", "-2"]),
    "b": st.sampled_from(["true", "false"]),
    "d": st.dates(datetime.date(2025, 12, 31), datetime.date(2026, 1, 7)).map(str),
    "group_id": st.integers(0, 4).map(str),
}
_OPERATORS = {
    "eq": "=",
    "neq": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "isdistinct": "IS DISTINCT FROM",
}


@dataclass(frozen=True)
class Both:
    """One thing, as the API has it and as SQL has it. plain: as a parameter of its own; nested: within a tree."""

    plain: tuple[str, str]
    nested: str
    by_hand: Composable


def _enclosed(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _condition(column: str, operator: str, value: str, inside: str, by_hand: Composable, *, negated: bool) -> Both:
    word = f"not.{operator}" if negated else operator
    meant = SQL("NOT ({})").format(by_hand) if negated else by_hand
    return Both((column, f"{word}.{value}"), f"{column}.{word}.{inside}", meant)


@st.composite
def _conditions(draw: st.DrawFn) -> Both:
    column = draw(st.sampled_from(sorted(_VALUES)))
    name, negated = Identifier(column), draw(st.booleans())
    kind = draw(st.sampled_from(["compare", "in", "is", "like"]))
    if kind == "in":
        values = draw(st.lists(_VALUES[column], min_size=1, max_size=3))
        listed = f"({','.join(map(_enclosed, values))})"
        by_hand: Composable = SQL("{} IN ({})").format(name, SQL(", ").join(map(Literal, values)))
        return _condition(column, "in", listed, listed, by_hand, negated=negated)
    if kind == "is":
        word = draw(st.sampled_from(["null", "not_null", *(["true", "false", "unknown"] if column == "b" else [])]))
        by_hand = SQL("{} IS {}").format(name, SQL(word.replace("_", " ")))
        return _condition(column, "is", word, word, by_hand, negated=negated)
    if kind == "like" and column == "t":
        pattern = draw(st.sampled_from(["a*", "*b*", "*", "B", "_", "*.*"]))
        operator = draw(st.sampled_from(["like", "ilike"]))
        by_hand = SQL("{} {} {}").format(name, SQL(operator), Literal(pattern.replace("*", "%")))
        return _condition(column, operator, pattern, _enclosed(pattern), by_hand, negated=negated)
    operator, value = draw(st.sampled_from(sorted(_OPERATORS))), draw(_VALUES[column])
    by_hand = SQL("{} {} {}").format(name, SQL(_OPERATORS[operator]), Literal(value))
    return _condition(column, operator, value, _enclosed(value), by_hand, negated=negated)


def _grouped(members: st.SearchStrategy[Both]) -> st.SearchStrategy[Both]:
    def group(drawn: tuple[str, list[Both], bool]) -> Both:
        word, inner, negated = drawn
        listed = f"({','.join(each.nested for each in inner)})"
        by_hand: Composable = SQL(f" {word.upper()} ").join(SQL("({})").format(each.by_hand) for each in inner)
        key = f"not.{word}" if negated else word
        return Both((key, listed), key + listed, SQL("NOT ({})").format(by_hand) if negated else by_hand)

    return st.tuples(st.sampled_from(["and", "or"]), st.lists(members, min_size=1, max_size=3), st.booleans()).map(
        group
    )


_FILTERS = st.lists(st.recursive(_conditions(), _grouped, max_leaves=5), max_size=3)
# How the API selects something, how SQL does, and under which name.
_FIELDS = st.lists(
    st.sampled_from(
        [
            *((column, SQL(column), column) for column in (*_VALUES, "j")),
            ("number:n", SQL("n"), "number"),
            ("d::text", SQL("d::text"), "d"),
            ("as_text:f::text", SQL("f::text"), "as_text"),
            ("j->k", SQL("j -> 'k'"), "k"),
            ("word:j->>k", SQL("j ->> 'k'"), "word"),
            ("j->m->1", SQL("j -> 'm' -> 1"), "m"),
            ("in_array:j->0", SQL("j -> 0"), "in_array"),
        ]
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda each: each[2],
)
_ORDERS = st.lists(
    st.tuples(
        st.sampled_from(["n", "t", "f", "b", "d", "group_id"]),
        st.sampled_from(["", "asc", "desc"]),
        st.sampled_from(["", "nullsfirst", "nullslast"]),
    ),
    max_size=3,
    unique_by=lambda each: each[0],
)
_BY_HAND = {"nullsfirst": SQL("NULLS FIRST"), "nullslast": SQL("NULLS LAST"), "": SQL("")}
_GROUP = SQL("(SELECT row_to_json(g) FROM (SELECT label FROM hand_groups WHERE id = group_id) AS g) AS hand_groups")
_HAS_GROUP = SQL("EXISTS (SELECT FROM hand_groups g WHERE g.id = group_id)")


@pytest.fixture(scope="module")
def by_hand(stack_of: StackOf) -> Iterator[tuple[Caller, psycopg.Connection[Any]]]:
    """A caller with the service key, and the administrator's connection to the same database."""
    import httpx
    import psycopg

    stack = stack_of("prod", "--token-seconds", "3597")
    with psycopg.connect(stack.dsn, autocommit=True) as connection, httpx.Client(timeout=20 * unit()) as client:
        connection.execute(_SCHEMA)
        yield Caller(stack, client, stack.service_role_key), connection


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=_FIELDS,
    filters=_FILTERS,
    orders=_ORDERS,
    limit=st.none() | st.integers(0, 12),
    offset=st.none() | st.integers(0, 9),
    embed=st.sampled_from([None, "left", "inner"]),
)
def test_a_read_answers_as_its_statement_does(
    by_hand: tuple[Caller, psycopg.Connection[Any]],
    fields: list[tuple[str, Composable, str]],
    filters: list[Both],
    orders: list[tuple[str, str, str]],
    limit: int | None,
    offset: int | None,
    embed: str | None,
) -> None:
    """Columns, paths, casts, filters, trees, order, pages, embeds and the exact count are those of the statement."""
    caller, connection = by_hand
    selected = [each for each, *_ in fields] + ([f"hand_groups!{embed}(label)"] if embed else [])
    terms = [".".join(filter(None, term)) for term in orders]
    asked = [("select", ",".join(selected)), *(each.plain for each in filters), ("order", ",".join([*terms, "id"]))]
    asked += [(name, str(value)) for name, value in (("limit", limit), ("offset", offset)) if value is not None]
    shown = [SQL("{} AS {}").format(each, Identifier(name)) for _, each, name in fields] + ([_GROUP] if embed else [])
    wanted = [SQL("({})").format(each.by_hand) for each in filters] + ([_HAS_GROUP] if embed == "inner" else [])
    where = SQL(" AND ").join(wanted) if wanted else SQL("true")
    order = SQL(", ").join(
        [SQL("{} {} {}").format(Identifier(name), SQL(way), _BY_HAND[nulls]) for name, way, nulls in orders]
        + [SQL("id")]
    )
    statement = SQL(
        "SELECT (SELECT coalesce(json_agg(r), '[]') "
        "FROM (SELECT {} FROM hand_rows WHERE {} ORDER BY {} LIMIT {} OFFSET {}) AS r), "
        "(SELECT count(*) FROM hand_rows WHERE {})"
    ).format(SQL(", ").join(shown), where, order, Literal(limit), Literal(offset or 0), where)
    row = connection.execute(statement).fetchone()
    assert row is not None
    rows, total = row
    address = "&".join(f"{quote(name)}={quote(value)}" for name, value in asked)
    answer = caller.ask("GET", f"/hand_rows?{address}", prefer="count=exact")
    if (offset or 0) > total:
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"*/{total}")
        return
    assert answer.is_success, answer.text
    assert answer.json() == rows
    assert answer.headers["content-range"].endswith(f"/{total}")
    assert answer.status_code == (206 if len(rows) < total else 200)

"""The parser reads what it was written for, refuses the rest, and never fails in another way."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stack.rest.errors import ApiError
from stack.rest.query_string import parse
from stack.rest.sql import array, quoted
from stack.rest.syntax import Condition, Embed, Field, Group, Selected, Selection, Step, Term
from tests.leisure import at_leisure

# What PostgreSQL can hold: no NUL, no half of a surrogate pair.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NAMES = TEXTS.filter(bool)
# Pieces of the syntax in any order go deeper into the parser than random text does.
PIECES = st.lists(
    st.sampled_from(
        ["a", "not", "or", "and", "in", "is", "eq", "fts", "null", "count", "...", "inner", "->>", "->", "::"]
    )
    | st.sampled_from(list('.,:()!"\\*{}-+ &=1%'))
).map("".join)
KEYS = st.sampled_from(
    ["select", "order", "columns", "on_conflict", "limit", "offset", "or", "a.or", "not.and", "a", "a.b"]
)


def in_quotes(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


OUTCOMES = (None, (400, "PGRST100"), (416, "PGRST103"), (400, "PGRST123"))


def outcome(raw, **given):
    """What it is refused with; None if it is read."""
    try:
        parse(raw, **given)
    except ApiError as refused:
        return refused.status, refused.code
    return None


def parsed(**parameters):
    return parse(urlencode(parameters))


@at_leisure
@given(KEYS | PIECES, PIECES | st.text())
def test_any_query_is_read_or_refused(key, value):
    """Whatever a query string says, it is read, or refused with a code."""
    raw = f"{quote(key, errors='replace')}={quote(value, errors='replace')}"
    for arguments in (False, True):
        assert outcome(raw, arguments=arguments) in OUTCOMES


@at_leisure
@given(st.text(st.characters(max_codepoint=255)))
def test_any_bytes_are_read_or_refused(raw):
    """Nor does it matter how it is encoded."""
    assert outcome(raw) in OUTCOMES


@at_leisure
@given(NAMES, TEXTS)
def test_a_value_comes_back(name, value):
    """A filter's value is the text that was sent, in the address and quoted in a tree or a list."""
    field = Field(name)
    assert parsed(**{in_quotes(name): f"eq.{value}"}).filters == (((), Condition(field, "eq", value)),)
    tree = f"({in_quotes(name)}.eq.{in_quotes(value)},{in_quotes(name)}.in.({in_quotes(value)},x))"
    members = (Condition(field, "eq", value), Condition(field, "in", (value, "x")))
    assert parsed(**{"or": tree}).filters == (((), Group("or", members)),)


@at_leisure
@given(NAMES, NAMES, NAMES)
def test_a_name_comes_back(name, alias, key):
    """A quoted name is the text between its quotes."""
    select = f"{in_quotes(alias)}:{in_quotes(name)}->{in_quotes(key)},{in_quotes(alias)}:{in_quotes(name)}!inner()"
    assert parsed(select=select).selection == Selection(
        (Selected(Field(name, (Step(key, as_text=False),)), alias),), (Embed(name, Selection(), alias, inner=True),)
    )
    assert parsed(columns=in_quotes(name)).columns == (name,)
    assert parsed(order=f"{in_quotes(name)}.desc").orders == (((), (Term(Field(name), direction="desc"),)),)


@at_leisure
@given(NAMES)
def test_an_identifier_ends_where_it_should(name):
    """Every quote inside an identifier is doubled."""
    inner = quoted(name)[1:-1]
    assert (quoted(name)[0], quoted(name)[-1]) == ('"', '"')
    assert inner.replace('""', "").count('"') == 0
    assert inner.replace('""', '"') == name


@at_leisure
@given(st.lists(TEXTS))
def test_an_array_holds_its_values(values):
    """PostgreSQL's reading of an array's text gives the values back."""
    read, text = [], array(tuple(values))
    assert (text[0], text[-1]) == ("{", "}")
    position = 1
    while text[position] != "}":
        assert text[position] == '"'
        position, value = position + 1, ""
        while text[position] != '"':
            position += text[position] == "\\"
            value += text[position]
            position += 1
        read.append(value)
        position += 1 + (text[position + 1] == ",")
    assert read == values


@pytest.mark.parametrize(
    ("raw", "path", "word"),
    [("a.b.c=eq.1", ("a", "b"), "filters"), ("a.b.order=c", ("a", "b"), "orders"), ("a.limit=1", ("a",), "limits")],
)
def test_a_path_says_which_embed_is_meant(raw, path, word):
    """What stands before the last name says which embed is meant."""
    (((found), _),) = getattr(parse(raw), word)
    assert found == path

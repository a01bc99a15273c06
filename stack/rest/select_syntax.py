"""The parameters select=, order=, columns= and on_conflict=, in PostgREST's syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.reader import Reader
from stack.rest.syntax import Embed, Field, Selected, Selection, Term

if TYPE_CHECKING:
    from typing import Literal

_AGGREGATES = ("count", "sum", "avg", "max", "min")


def selection(text: str) -> Selection:
    """Return what the value of select= selects. Raises ApiError if it cannot be parsed."""
    reader = Reader("select parameter", text)
    # Only a field has to be followed by something that fits: what comes after an embed is not read.
    return _selection(reader)


def order(text: str) -> tuple[Term, ...]:
    """Return the terms of the value of order=. Raises ApiError if it cannot be parsed."""
    reader = Reader("order", text)
    terms = [_term(reader)]
    while reader.take(","):
        terms.append(_term(reader))
    reader.end()
    return tuple(terms)


def names(what: str, text: str) -> tuple[str, ...]:
    """Return the names in the value of columns= or on_conflict=, each once. what: the parameter, for an error.

    Raises ApiError if it cannot be parsed.
    """
    reader = Reader(what, text)
    found = [reader.name()]
    while reader.take(","):
        found.append(reader.name())
    reader.end()
    return tuple(dict.fromkeys(found))


def _selection(reader: Reader) -> Selection:
    fields: list[Selected] = []
    embeds: list[Embed] = []
    reader.spaces()
    if reader.ended or reader.sees(")"):
        return Selection()
    while True:
        item = _item(reader)
        if isinstance(item, Embed):
            embeds.append(item)
        else:
            fields.append(item)
        reader.spaces()
        if not reader.take(","):
            return Selection(tuple(fields), tuple(embeds))


def _item(reader: Reader) -> Selected | Embed:
    reader.spaces()
    if reader.take("..."):
        return _embed(reader, reader.name(), None, spread=True)
    if reader.take("*"):
        return Selected(Field("*"))
    alias = None
    field = reader.field()
    if reader.sees(":") and not reader.sees("::") and not field.steps:
        reader.expect(":")
        alias, field = field.name, reader.field()
    if not field.steps and field.name == "count" and reader.take("()"):
        return Selected(Field("*"), alias, aggregate="count", aggregate_cast=_cast(reader))
    if not field.steps and (reader.sees("(") or reader.sees("!")):
        return _embed(reader, field.name, alias)
    cast, aggregate, aggregate_cast = _cast(reader), None, None
    if reader.take("."):
        aggregate = reader.name()
        if aggregate not in _AGGREGATES or not reader.take("()"):
            reader.fail("an aggregate function")
        aggregate_cast = _cast(reader)
    if not (reader.ended or reader.sees(",") or reader.sees(")")):
        reader.fail('"->", "->>", "::", "(", ",", ")" or end of input')
    return Selected(field, alias, cast, aggregate, aggregate_cast)


def _embed(reader: Reader, target: str, alias: str | None, *, spread: bool = False) -> Embed:
    hint: str | None = None
    inner = False
    while reader.take("!"):
        word = reader.name()
        if word in ("inner", "left"):
            inner = word == "inner"
        elif hint is None:
            hint = word
        else:
            reader.fail('"("')
    reader.opened()
    selected = _selection(reader)
    reader.closed()
    return Embed(target, selected, alias, hint, inner, spread)


def _term(reader: Reader) -> Term:
    field, embed = reader.field(), None
    if reader.sees("(") and not field.steps:
        embed = field.name
        reader.opened()
        field = reader.field()
        reader.closed()
    direction: Literal["asc", "desc"] | None = None
    nulls: Literal["first", "last"] | None = None
    if reader.take(".asc"):
        direction = "asc"
    elif reader.take(".desc"):
        direction = "desc"
    if reader.take(".nullsfirst"):
        nulls = "first"
    elif reader.take(".nullslast"):
        nulls = "last"
    if not (reader.ended or reader.sees(",")):
        reader.fail('".asc", ".desc", ".nullsfirst", ".nullslast", "," or end of input')
    return Term(field, embed, direction, nulls)


def _cast(reader: Reader) -> str | None:
    return reader.name() if reader.take("::") else None

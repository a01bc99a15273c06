"""Weakens a text of SQL or PL/pgSQL in one place at a time, by PostgreSQL's own scanner (pglast).

Each condition becomes true (or false, beside OR). Each clause that orders, limits or locks is removed, and so is each
argument of coalesce, greatest and least, each added term, and each statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OPEN, _CLOSE, _COMMA, _SEMICOLON, _PLUS = "ASCII_40", "ASCII_41", "ASCII_44", "ASCII_59", "ASCII_43"
_CONDITION_BEGINS = {"WHERE", "ON", "IF_P", "AND", "OR"}
_CLAUSE_BEGINS = {"ORDER", "LIMIT", "FOR"}
_ENDS = {*_CONDITION_BEGINS, *_CLAUSE_BEGINS, "THEN", "GROUP_P", "RETURNING", "JOIN", "UNION", _SEMICOLON}
_CHOOSING = {"COALESCE", "GREATEST", "LEAST"}
_QUERY_BEGINS = {"SELECT", "WITH", "UPDATE", "INSERT", "DELETE_P"}


class _Text:
    def __init__(self, text: str) -> None:
        from pglast.parser import scan

        self.text = text
        self.tokens: Sequence[Any] = [each for each in scan(text) if not each.name.endswith("_COMMENT")]
        self.names = [each.name for each in self.tokens]
        self.depths: list[int] = []
        depth = 0
        for name in self.names:
            depth -= name == _CLOSE
            self.depths.append(depth)
            depth += name == _OPEN

    def end(self, first: int, ends: set[str]) -> int:
        """Return the index after what begins at a token: of an end at the same depth, or of what encloses it."""
        depth = self.depths[first]
        for place in range(first, len(self.names)):
            if self.depths[place] < depth or (
                place > first and self.depths[place] == depth and self.names[place] in ends
            ):
                return place
        return len(self.names)

    def replaced(self, first: int, after: int, by: str) -> str:
        """Return the text with other words for the tokens from first up to, not including, after."""
        return self.text[: self.tokens[first].start] + by + self.text[self.tokens[after - 1].end + 1 :]


def weakened(text: str, *, statements: bool) -> Iterator[tuple[str, str]]:
    """Yield a name, such as "condition-2", and the whole text for each place where it can be weakened.

    statements: whether to remove statements as well, for which the text must be PL/pgSQL.
    """
    read = _Text(text)
    rules = [("condition", _conditions), ("clause", _clauses), ("argument", _arguments), ("term", _terms)]
    if statements:
        rules.append(("statement", _statements))
    for what, rule in rules:
        for number, (first, after, by) in enumerate(rule(read), start=1):
            yield f"{what}-{number}", read.replaced(first, after, by)


def _conditions(read: _Text) -> Iterator[tuple[int, int, str]]:
    for place, name in enumerate(read.names[:-1]):
        first = place + 1
        if name in _CONDITION_BEGINS:
            if name == "IF_P" and place and read.names[place - 1] == "END_P":
                continue
        elif name != _OPEN or read.names[first] in {_CLOSE, *_QUERY_BEGINS}:
            continue
        after = read.end(first, _ENDS)
        if name == _OPEN and (after == len(read.names) or read.names[after] not in ("AND", "OR")):
            continue
        beside_or = name == "OR" or (after < len(read.names) and read.names[after] == "OR")
        yield first, after, "false" if beside_or else "true"


def _clauses(read: _Text) -> Iterator[tuple[int, int, str]]:
    for place, name in enumerate(read.names):
        if name in _CLAUSE_BEGINS:
            yield place, read.end(place, _ENDS), ""


def _arguments(read: _Text) -> Iterator[tuple[int, int, str]]:
    for place, name in enumerate(read.names):
        if name in _CHOOSING:
            first = place + 2
            depth = read.depths[first]
            while read.depths[first] >= depth:
                after = read.end(first, {_COMMA})
                last = read.names[after] == _CLOSE
                # Remove the comma after it as well or, for the last argument, the comma before it.
                yield (first - 1, after, "") if last else (first, after + 1, "")
                first = after + (not last)
                if last:
                    break


def _terms(read: _Text) -> Iterator[tuple[int, int, str]]:
    for place, name in enumerate(read.names):
        if name == _PLUS:
            yield place, read.end(place, {_COMMA, _PLUS, *_ENDS}), ""


def _statements(read: _Text) -> Iterator[tuple[int, int, str]]:
    first = read.names.index("BEGIN_P") + 1
    while first < len(read.names):
        name = read.names[first]
        if name == "IF_P":
            first = read.names.index("THEN", first) + 1
            continue
        after = read.end(first, {_SEMICOLON})
        if name == "END_P":
            first = after + 1
            continue
        yield first, after, "NULL"
        first = after + 1

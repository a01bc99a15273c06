"""What the body of a function does, by PostgreSQL's own grammar: in any case, and at all.

What a branch, a loop or a block with an exception handler does is done at all, not in any case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.machinery import folding, targets
from pgproof.machinery.statements import Statement, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# PLpgSQL_expr.parseMode: an expression.
_EXPRESSION = 2
_ERROR = 21
_NAME = re.compile(r'"((?:[^"]|"")+)"|([^\s."]+)')
_ASSIGNED = re.compile(r"(.*?)\s*(?::=|=)\s*(.*)", re.DOTALL)
# The grammar does not tell which variable is returned, unless it is an expression.
_RETURNED = re.compile(r"\bRETURN\s+(?!NEXT\b)(\w+)\s*;", re.IGNORECASE)
_ATOMIC = re.compile(r"\s*BEGIN ATOMIC\b(.*)\bEND\s*", re.DOTALL | re.IGNORECASE)
_RETURN = re.compile(r"\s*RETURN\s+(.*)", re.DOTALL | re.IGNORECASE)
READABLE = ("sql", "plpgsql")


@dataclass(frozen=True)
class Step:
    """One thing that a body does. kind: assign, query, return, raise or end, where it ends without a RETURN.

    targets: what gets a value, such as "new.seq". text: an expression, or a statement of a query. nested: whether it
    stands in a branch, a loop or a block with a handler.
    """

    kind: str
    text: str = ""
    targets: tuple[str, ...] = ()
    nested: bool = False


@dataclass
class Body:
    """certain: what is done in any case, in this order, up to where the body may end. perhaps: what else is done.

    "In any case" leaves out the calls that fail; what no call reaches is left out. dynamic: whether it runs SQL that it
    puts together. variables: their names.
    """

    certain: list[Step] = field(default_factory=list)
    perhaps: list[Step] = field(default_factory=list)
    dynamic: bool = False
    variables: set[str] = field(default_factory=set)

    @property
    def steps(self) -> list[Step]:
        """Everything that it does, in any case or not."""
        return [*self.certain, *self.perhaps]

    def statements(self, *, nested: bool = True, certain: bool = False) -> Iterator[Statement]:
        """Yield the SQL of what it does. nested: also in branches. certain: only what is done in any case.

        Raises pglast's ParseError.
        """
        for step in self.certain if certain else self.steps:
            if step.text and (nested or not step.nested):
                yield from parsed(step.text if step.kind == "query" else f"SELECT {step.text}")

    def perhaps_assigned(self) -> set[str]:
        """Return what gets a value in some case only."""
        return {target for step in self.perhaps for target in step.targets}


def read(
    language: str,
    text: str,
    known: Mapping[str, Any] | None = None,
    *,
    trigger: bool = False,
    deciding: folding.Folder | None = None,
) -> Body | None:
    """Return what a body does; None for another language and what the grammar does not read.

    text: as in pg_proc.prosrc. known: values that decide branches, such as {"tg_op": "INSERT"}. deciding: finds the
    values of conditions instead.
    """
    from pglast.parser import ParseError

    try:
        if language == "sql":
            return _of_sql(text)
        if language == "plpgsql":
            return _of_plpgsql(
                text, deciding or folding.Folder(known or {}), trigger=trigger, is_answer=deciding is not None
            )
    except (ParseError, LookupError):
        pass
    return None


def _of_sql(text: str) -> Body:
    from pglast.parser import split

    atomic = _ATOMIC.fullmatch(text)
    text = atomic[1] if atomic else text
    returned = _RETURN.fullmatch(text)
    if returned:
        text = f"SELECT {returned[1]}"
    return Body([Step("query", each) for each in split(text)])


def _of_plpgsql(text: str, deciding: folding.Folder, *, trigger: bool, is_answer: bool) -> Body:
    import pglast

    tag = "$body$"
    while tag in text:
        tag = f"${tag.strip('$')}_$"
    if trigger or is_answer:
        text = _RETURNED.sub(r"RETURN (\1);", text)
    # Only how a RETURN is written depends on what a function returns: it is tried.
    for result in ("trigger",) if trigger else ("int", "void", "SETOF int", "TABLE (a int)"):
        try:
            (found,) = pglast.parse_plpgsql(
                f"CREATE FUNCTION f() RETURNS {result} LANGUAGE plpgsql AS {tag}{text}{tag}"
            )
            break
        except pglast.parser.ParseError as error:
            failed = error
    else:
        raise failed
    body = Body()
    data = found["PLpgSQL_function"]["datums"]
    reader = _Reader(body, deciding, targets.names(data))
    for datum in data:
        body.variables |= {each["refname"] for each in datum.values() if "refname" in each}
        default = datum.get("PLpgSQL_var", {}).get("default_val")
        if default is not None:
            name = datum["PLpgSQL_var"]["refname"]
            reader.add(Step("assign", default["PLpgSQL_expr"]["query"], (name,)), certain=True)
    ended = reader.block(found["PLpgSQL_function"]["action"]["PLpgSQL_stmt_block"], certain=True)
    if not ended:
        body.certain.append(Step("end"))
    return body


class _Reader:
    """Walks the statements of a body in their order."""

    def __init__(self, body: Body, deciding: folding.Folder, data: Sequence[tuple[str, ...]]) -> None:
        self._body, self._deciding, self._data = body, deciding, data
        self._depth = 0

    def block(self, block: Mapping[str, Any], *, certain: bool) -> bool:
        """Read a block; return whether the body cannot go on after it, or may not."""
        handlers = block.get("exceptions")
        if handlers is None:
            return self._all(block.get("body", ()), certain=certain)
        ended = self._within(block.get("body", ()))
        for each in handlers["PLpgSQL_exception_block"].get("exc_list", ()):
            ended |= self._within(each["PLpgSQL_exception"].get("action", ()))
        return ended

    def _within(self, statements: Sequence[Mapping[str, Any]]) -> bool:
        """Read what is not done in any case."""
        self._depth += 1
        ended = self._all(statements, certain=False)
        self._depth -= 1
        return ended

    def _all(self, statements: Sequence[Mapping[str, Any]], *, certain: bool) -> bool:
        ended = False
        for each in statements:
            ((kind, statement),) = each.items()
            # After a branch that may return, nothing is certain any more.
            ended |= self._one(kind.removeprefix("PLpgSQL_stmt_"), statement, certain=certain and not ended)
            if certain and self._body.certain and self._body.certain[-1].kind in ("return", "raise"):
                # No call reaches what follows.
                break
        return ended

    def _one(self, kind: str, statement: Mapping[str, Any], *, certain: bool) -> bool:
        if kind == "block":
            return self.block(statement, certain=certain)
        if kind == "if":
            return self._branches(statement, certain=certain)
        ends = (kind == "return" and "lineno" in statement) or (
            kind == "raise" and statement.get("elog_level") == _ERROR and certain
        )
        self._body.dynamic |= kind in ("dynexecute", "dynfors") or "dynquery" in statement
        if kind in _SIMPLE:
            step = _SIMPLE[kind](statement)
            if step is not None:
                self.add(step, certain=certain)
            return ends
        # A loop may have set them before it comes to where they are used.
        again = Body()
        _Reader(again, folding.Folder({}), self._data)._part(statement)
        self._deciding.did(Step("assign", targets=tuple(again.perhaps_assigned())), certain=False)
        own = targets.set_by(kind, statement, self._data)
        if own:
            self.add(Step("assign", targets=tuple(own)), certain=False)
        self._depth += 1
        ended = self._part(statement)
        self._depth -= 1
        return ended

    def _branches(self, statement: Mapping[str, Any], *, certain: bool) -> bool:
        parts = [(statement["cond"], statement.get("then_body", ()))]
        parts += [
            (each["PLpgSQL_if_elsif"]["cond"], each["PLpgSQL_if_elsif"].get("stmts", ()))
            for each in statement.get("elsif_list", ())
        ]
        ended, decided = False, True
        for condition, body in parts:
            text = _text(condition)
            found = self._deciding.value(text)
            if found not in (True, False, None):
                decided = False
                self.add(Step("assign", text), certain=False)
                ended |= self._within(body)
            elif found is True:
                return (self._all(body, certain=certain) if decided else self._within(body)) or ended
        last = statement.get("else_body", ())
        return (self._all(last, certain=certain) if decided else self._within(last)) or ended

    def _part(self, part: Any) -> bool:
        """Read whatever a loop, a CASE or another statement holds; none of it is certain."""
        if isinstance(part, list):
            found = [self._part(each) for each in part]
            return any(found)
        if not isinstance(part, dict):
            return False
        ended = False
        for name, value in part.items():
            if name == "PLpgSQL_expr":
                text, mode = value["query"], value.get("parseMode", 0)
                self.add(Step("assign" if mode == _EXPRESSION else "query", text), certain=False)
            elif name.startswith("PLpgSQL_stmt_"):
                ended |= self._one(name.removeprefix("PLpgSQL_stmt_"), value, certain=False)
            elif name not in ("PLpgSQL_var", "PLpgSQL_rec", "PLpgSQL_row"):
                ended |= self._part(value)
        return ended

    def add(self, step: Step, *, certain: bool) -> None:
        """Take up what the body does next."""
        self._deciding.did(step, certain=certain)
        into = self._body.certain if certain else self._body.perhaps
        into.append(Step(step.kind, step.text, step.targets, self._depth > 0))


def _assign(statement: Mapping[str, Any]) -> Step:
    match = _ASSIGNED.fullmatch(_text(statement["expr"]))
    assert match is not None, "an assignment has a sign"
    return Step("assign", match[2], (_target(match[1]),))


def _target(written: str) -> str:
    """Return what gets a value: a variable, or a field of a row such as "new.seq", also where it is a part of that."""
    parts = [quoted or plain.lower() for quoted, plain in _NAME.findall(written.partition("[")[0])]
    return ".".join(parts[:2])


def _execute(statement: Mapping[str, Any]) -> Step:
    target = statement.get("target", {})
    row, record = target.get("PLpgSQL_row"), target.get("PLpgSQL_rec")
    names = [each["name"] for each in row["fields"]] if row else [record["refname"]] if record else []
    return Step("query", _text(statement["sqlstmt"]), tuple(name.lower() for name in names))


def _return(statement: Mapping[str, Any]) -> Step | None:
    # Without a line it is the end of the body, which the grammar adds.
    return Step("return", _text(statement.get("expr"))) if "lineno" in statement else None


def _raise(statement: Mapping[str, Any]) -> Step | None:
    return Step("raise") if statement.get("elog_level") == _ERROR else None


def _text(expression: Mapping[str, Any] | None) -> str:
    return expression["PLpgSQL_expr"]["query"] if expression else ""


_SIMPLE: Mapping[str, Callable[[Mapping[str, Any]], Step | None]] = {
    "assign": _assign,
    "execsql": _execute,
    "perform": lambda statement: Step("query", _text(statement["expr"])),
    "return_query": lambda statement: Step("query", _text(statement.get("query"))),
    "return": _return,
    "raise": _raise,
}

"""What the body of a function in SQL or PL/pgSQL names, and whether something in it cannot be looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pgproof.reach import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

# PLpgSQL_expr.parseMode: an expression; what is above are assignments.
_EXPRESSION = 2
_TARGET = re.compile(r"^.*?:?=", re.DOTALL)
_ATOMIC = re.compile(r"BEGIN ATOMIC(.*)END", re.DOTALL)
_RETURN = "RETURN "
_BRANCHES = frozenset(("then_body", "elsif_list", "else_body", "case_when_list", "else_stmts", "exceptions"))
_LOOPS = frozenset(f"PLpgSQL_stmt_{kind}" for kind in ("loop", "while", "fori", "fors", "forc", "foreach_a", "dynfors"))
_DYNAMIC = frozenset(("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors", "dynquery"))
_SWALLOWED = ("others", "insufficient_privilege")


@dataclass(frozen=True)
class Body:
    """What a body names. unseen: why a part of it cannot be looked at, None if all of it can."""

    statements: tuple[statements.Statement, ...] = ()
    unseen: str | None = None


@lru_cache(maxsize=1000)
def read(language: str, text: str | None) -> Body:
    """Return what a body names. text: that of an SQL function, or the definition of one in PL/pgSQL."""
    if text is None:
        return Body(unseen=f"it is written in {language}")
    from pglast.parser import ParseError

    try:
        return Body(tuple(statements.parsed(_plain(text)))) if language == "sql" else _procedural(text)
    except (ParseError, ValueError):
        return Body(unseen="its text cannot be parsed")


def _plain(text: str) -> str:
    """Return the statements of a body in SQL, also of one in standard form."""
    atomic = _ATOMIC.fullmatch(text)
    if atomic is not None:
        return atomic[1]
    return f"SELECT {text[len(_RETURN) :]}" if text.startswith(_RETURN) else text


def _procedural(text: str) -> Body:
    import pglast

    found: list[statements.Statement] = []
    unseen = None
    for kind, part, conditional in _parts(pglast.parse_plpgsql(text), conditional=False):
        if kind in _DYNAMIC:
            unseen = "it runs SQL that it puts together"
            continue
        mode, query = part.get("parseMode", 0), part["query"]
        if mode > _EXPRESSION:
            query = f"SELECT {_TARGET.sub('', query, count=1)}"
        elif mode == _EXPRESSION:
            query = f"SELECT {query}"
        found.extend(replace(each, conditional=conditional) for each in statements.parsed(query))
    return Body(tuple(found), unseen)


def _parts(tree: Any, *, conditional: bool) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Yield the expressions and the dynamic statements of a PL/pgSQL tree, and whether each may be left out."""
    if isinstance(tree, list):
        for each in tree:
            yield from _parts(each, conditional=conditional)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name == "PLpgSQL_expr":
                yield name, value, conditional
                continue
            if name in _DYNAMIC:
                yield name, {}, conditional
            if name in _LOOPS:
                rest = {key: each for key, each in value.items() if key != "body"}
                yield from _parts(rest, conditional=conditional)
                yield from _parts(value.get("body"), conditional=True)
            elif name == "PLpgSQL_stmt_block" and _swallows(value.get("exceptions")):
                # Whatever a role lacks in there, the caller never hears of it.
                continue
            else:
                yield from _parts(value, conditional=conditional or name in _BRANCHES)


def _swallows(exceptions: Any) -> bool:
    return exceptions is not None and any(f"'condname': '{name}'" in str(exceptions) for name in _SWALLOWED)

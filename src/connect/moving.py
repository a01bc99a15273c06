"""Which messages move their chat up the list, as far as the triggers that do so decide it.

Some projects leave messages of the system out. A chat is not behind a message that was never meant to move it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pgproof.machinery import bodies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.catalog import Catalog

_TABLE, _CHATS, _COLUMN = "public.chat_messages", "chats", "last_message_at"
_ENABLED = ("O", "A")
_INSERT = 4
_CALLED = re.compile(r' EXECUTE FUNCTION ((?:"[^"]*"|\w+)\.(?:"[^"]*"|\w+))\(')
# As pg_get_triggerdef writes it; a CASE in it has a WHEN of its own.
_WHEN = re.compile(r" FOR EACH (?:ROW|STATEMENT) WHEN \((.*)\) EXECUTE FUNCTION ", re.DOTALL)
# What a condition may consist of that any role can ask of a row: no function, and no type or operator of the project's.
_PLAIN = frozenset(
    (
        *("RawStmt", "SelectStmt", "ResTarget"),
        *("BoolExpr", "NullTest", "BooleanTest", "A_Expr", "ColumnRef", "A_Const", "A_ArrayExpr", "CoalesceExpr"),
        *("TypeCast", "TypeName", "String", "Integer", "Float", "Boolean"),
    )
)


class Moving(NamedTuple):
    """condition: of the message m, in SQL; empty if every message moves its chat, or nobody knows of one that does not.

    unsure: why nobody can tell for some of them, empty if there is nothing of that kind.
    """

    condition: str = ""
    unsure: str = ""


def moving(catalog: Catalog) -> Moving:
    """Return which messages move their chat when they are inserted."""
    conditions: list[str] = []
    unsure = ""
    for name, definition, function in _triggers(catalog):
        certain, perhaps = _moves(function, certain=True), _moves(function, certain=False)
        when = _WHEN.search(definition)
        condition = when[1] if when else None
        if certain and condition is None:
            return Moving()
        if certain and condition is not None and _is_plain(condition):
            conditions.append(f"({condition})")
        elif certain or perhaps:
            unsure = f"trigger {name} of {_TABLE} moves a chat for some messages only"
    if unsure or not conditions:
        return Moving(unsure=unsure)
    return Moving(f'EXISTS (SELECT FROM (SELECT m.*) AS "new" WHERE {" OR ".join(conditions)})')


def _triggers(catalog: Catalog) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the triggers that fire when a message is inserted: name, definition, and the function that was read."""
    import pglast

    for identity, trigger in sorted(catalog.of_kind("trigger").items()):
        table, _, name = identity.partition(" ")
        called = _CALLED.search(trigger["definition"])
        if table != _TABLE or trigger["enabled"] not in _ENABLED or called is None:
            continue
        (raw,) = pglast.parse_sql(trigger["definition"])
        statement: Any = raw.stmt
        function = catalog.get("function", f"{called[1]}()")
        if statement.events & _INSERT and function:
            yield name, trigger["definition"], function


def _moves(function: Mapping[str, Any], *, certain: bool) -> bool:
    """Return whether a trigger's function writes the time of a chat: in any case, or at all."""
    from pglast.parser import ParseError

    try:
        read = bodies.read(function["language"], function["body"] or "", {"tg_op": "INSERT"}, trigger=True)
        writes = [write for each in read.statements(certain=certain) for write in each.writes] if read else []
    except ParseError:
        return False
    return any(name == _CHATS and _COLUMN in columns for _, (_, name), columns in writes)


def _is_plain(condition: str) -> bool:
    from pglast.parser import parse_sql
    from pglast.visitors import Visitor

    found: list[bool] = []

    class Reader(Visitor):
        def visit(self, _: Any, node: Any) -> None:
            kind = type(node).__name__
            names = node.names if kind == "TypeName" else node.name if kind == "A_Expr" else []
            own = len(names) > 1 and names[0].sval != "pg_catalog"
            # As in "new IS NULL" and new.*.
            whole = kind == "ColumnRef" and [hasattr(each, "sval") for each in node.fields] != [True, True]
            found.append(kind in _PLAIN and not own and not whole)

    Reader()(parse_sql(f"SELECT {condition}"))
    return all(found)

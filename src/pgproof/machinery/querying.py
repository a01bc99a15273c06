"""The rows that a query finds in a scene, each with whether it is there; see scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pgproof.machinery.folding import UNKNOWN, Folder, logic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pgproof.machinery.reading import Function
    from pgproof.machinery.statements import Name

# Of each row whether it is there, and the value of its first column.
Rows = list[tuple[Any, Any]]
# Any number of rows of which nothing is known.
UNTOLD: Rows = [(UNKNOWN, UNKNOWN)]
_NOT_READ = ("withClause", "groupClause", "havingClause", "windowClause", "limitOffset", "valuesLists", "lockingClause")
_AGGREGATES = frozenset(
    (
        "count",
        "max",
        "min",
        "sum",
        "avg",
        "bool_or",
        "bool_and",
        "every",
        "array_agg",
        "string_agg",
        "json_agg",
        "any_value",
    )
)


@dataclass(frozen=True)
class Bound:
    """What a name of a FROM clause stands for. complete: whether it has no other columns than these."""

    values: Mapping[str, Any]
    complete: bool = True


# Rows of all tables of a FROM clause by what they are called, and whether they are there together.
_Combinations = list[tuple[Any, dict[str, Bound]]]
_ANYTHING = Bound({}, complete=False)


class Asker(Protocol):
    """Finds values; see scenes.Asking."""

    def within(self, scope: Mapping[str, Bound]) -> Asker:
        """Return the same with another scope inside."""

    def of_node(self, node: Any) -> Any:
        """Return the value of a node."""

    def table(self, name: Name) -> tuple[Sequence[Mapping[str, Any]] | None, frozenset[str] | None]:
        """Return the rows of a table, None if they are unknown, and its columns, likewise."""

    def function(self, schema: str, name: str, arguments: int) -> Function | None:
        """Return the function that a call means."""

    def answers(self, function: Function, arguments: list[Any]) -> Rows:
        """Return the rows that a function answers."""


def last(asker: Asker, text: str) -> Rows:
    """Return the rows of the last statement of a text."""
    import pglast
    from pglast.parser import ParseError

    try:
        return rows(asker, pglast.parse_sql(text)[-1].stmt)
    except (ParseError, IndexError):
        return UNTOLD


def rows(asker: Asker, query: Any) -> Rows:
    """Return the rows of a query. query: as pglast parses it."""
    if type(query).__name__ != "SelectStmt" or any(getattr(query, name) for name in _NOT_READ):
        return UNTOLD
    if query.op.name != "SETOP_NONE":
        union = query.op.name == "SETOP_UNION"
        return rows(asker, query.larg) + rows(asker, query.rarg) if union else UNTOLD
    there = []
    for present, scope in _from(asker, query.fromClause or ()):
        inside = asker.within(scope)
        where = True if query.whereClause is None else inside.of_node(query.whereClause)
        holds = logic("AND_EXPR", [present, where])
        if holds not in (False, None):
            there.append((holds, inside))
    if _aggregates(query.targetList):
        return [(True, _counted(query.targetList, [present for present, _ in there]))]
    if query.limitCount is not None and len(there) > 1:
        # Which of them are left, nobody can tell.
        there = [(UNKNOWN, inside) for _, inside in there]
    return [row for present, inside in there for row in _row(inside, present, query.targetList)]


def _row(inside: Asker, present: Any, targets: Any) -> Rows:
    """Return a row as it is selected; a function that returns a set makes as many of it."""
    if not targets:
        return [(present, None)]
    first = targets[0].val
    if type(first).__name__ == "FuncCall":
        made = _of_function(inside, first)
        if made is not None:
            return [(logic("AND_EXPR", [present, there]), value) for there, value in made]
    value = inside.of_node(first)
    # A function of which nothing is known may return a set, which may be empty.
    unsure = value is UNKNOWN and type(first).__name__ == "FuncCall"
    return [(UNKNOWN if unsure else present, value)]


def _of_function(inside: Asker, node: Any) -> Rows | None:
    """Return the rows of a call of a function of the project that returns a set, None if it is none."""
    names = [each.sval for each in node.funcname]
    arguments = [inside.of_node(each) for each in node.args or ()]
    function = inside.function(names[-2] if len(names) > 1 else "", names[-1], len(arguments))
    return inside.answers(function, arguments) if function is not None and function.returns_set else None


def _aggregates(targets: Any) -> bool:
    from pglast.visitors import Continue, Skip, Visitor

    class Finder(Visitor):
        found = False

        def visit_FuncCall(self, _: Any, node: Any) -> Any:  # noqa: N802
            self.found |= node.funcname[-1].sval in _AGGREGATES
            return Continue

        def visit_SubLink(self, _: Any, __: Any) -> Any:  # noqa: N802
            return Skip

    finder = Finder()
    for each in targets or ():
        finder(each)
    return finder.found


def _counted(targets: Any, present: list[Any]) -> Any:
    """Return what count(*) answers, alone or compared with a number; other aggregates are not looked at."""
    unsure = any(each is UNKNOWN for each in present)

    class Counting(Folder):
        def of_node(self, node: Any) -> Any:
            counts = type(node).__name__ == "FuncCall" and node.agg_star and not (node.agg_filter or node.over)
            return len(present) if counts else super().of_node(node)

    return UNKNOWN if unsure else Counting({}).of_node(targets[0].val)


def _from(asker: Asker, items: Any) -> _Combinations:
    """Return the combinations of the rows of a FROM clause."""
    found: _Combinations = [(True, {})]
    for item in items:
        found = [
            (logic("AND_EXPR", [present, there]), {**scope, **more})
            for present, scope in found
            for there, more in _item(asker.within(scope), item)
        ]
    return found


def _item(asker: Asker, item: Any) -> _Combinations:
    kind = type(item).__name__
    if kind == "RangeVar":
        return _table(asker, item)
    if kind == "JoinExpr" and item.alias is None and not item.isNatural:
        return _joined(asker, item)
    if kind == "RangeFunction":
        return _rows_from(asker, item)
    alias = getattr(item, "alias", None)
    # An empty name stands for one that nobody can ask for: then every name may be a column of it.
    return [(UNKNOWN, {alias.aliasname if alias else "": _ANYTHING})]


def _table(asker: Asker, item: Any) -> _Combinations:
    called = item.alias.aliasname if item.alias else item.relname
    there, columns = asker.table((item.schemaname or "", item.relname))
    if columns is None or (item.alias and item.alias.colnames):
        return [(UNKNOWN, {called: _ANYTHING})]
    if there is None:
        return [(UNKNOWN, {called: Bound(dict.fromkeys(columns, UNKNOWN))})]
    return [(True, {called: Bound(row)}) for row in there]


def _joined(asker: Asker, item: Any) -> _Combinations:
    left, right = _item(asker, item.larg), _item(asker, item.rarg)
    kind = item.jointype.name
    if kind not in ("JOIN_INNER", "JOIN_LEFT"):
        names = {name for _, scope in (*left, *right) for name in scope}
        return [(UNKNOWN, dict.fromkeys(names, _ANYTHING))]
    found: _Combinations = []
    for present, scope in left:
        together = []
        for there, more in right:
            both = {**scope, **more}
            together.append(logic("AND_EXPR", [present, there, _matches(asker, item, scope, more)]))
            found.append((together[-1], both))
        if kind == "JOIN_LEFT":
            alone = logic("AND_EXPR", [present, logic("NOT_EXPR", [logic("OR_EXPR", _decided(together))])])
            missing = {
                name: Bound(dict.fromkeys(bound.values), complete=bound.complete)
                for _, more in right[:1]
                for name, bound in more.items()
            }
            found.append((alone if right else UNKNOWN, {**scope, **missing}))
    return found


def _decided(values: list[Any]) -> list[Any]:
    return [False if each is None else each for each in values]


def _matches(asker: Asker, item: Any, left: dict[str, Bound], right: dict[str, Bound]) -> Any:
    inside = asker.within({**left, **right})
    if item.usingClause:
        # Its columns are the same on both sides, which only the project's own rows decide.
        return UNKNOWN
    return True if item.quals is None else inside.of_node(item.quals)


def _rows_from(asker: Asker, item: Any) -> _Combinations:
    """Return the rows of a function in FROM, if it is one of the project that returns a set of values."""
    parts = [part[0] for part in item.functions]
    # What has a grammar of its own, such as current_date, is none.
    call = parts[0] if len(parts) == 1 and type(parts[0]).__name__ == "FuncCall" else None
    called = item.alias.aliasname if item.alias else call.funcname[-1].sval if call else ""
    made = _of_function(asker, call) if call else None
    columns = [each.sval for each in (item.alias.colnames if item.alias else None) or ()]
    if made is None or len(columns) > 1 or item.ordinality:
        return [(UNKNOWN, {called: _ANYTHING})]
    name = columns[0] if columns else called
    return [(present, {called: Bound({name: value}, complete=bool(columns))}) for present, value in made]

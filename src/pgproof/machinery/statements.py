"""What a statement of SQL reads, writes, calls and locks, by its parse tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.machinery import folding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Name = tuple[str, str]
_FILTERED = frozenset(("SelectStmt", "UpdateStmt", "DeleteStmt"))
# A write's kind, and where its columns stand in the tree.
_WRITING = {
    "InsertStmt": ("insert", "cols"),
    "UpdateStmt": ("update", "targetList"),
    "MergeStmt": ("update", ""),
    "DeleteStmt": ("delete", ""),
}
_LOCKING = frozenset(("LockingClause", "LockStmt", "OnConflictClause"))
_MAKING = frozenset(("CreateStmt", "CreateTableAsStmt"))
# What an alias stands for that has columns of its own: a query, a function, a join, a list of new names.
OWN: Name = ("", "")


@dataclass
class Statement:
    """Names are (schema, name), the schema empty if it is not written.

    reads, writes: relations; each write with its kind and its columns. aliases: what a name before a dot stands for
    somewhere in the statement, OWN for what is no relation.
    columns: qualified references to columns. named: all names of columns that it refers to, and of variables.
    settings: that it asks for and needs. sets: settings that it gives a value, None for one whose name is not told.
    locks: whether rows or tables are locked. makes: whether it makes objects.
    """

    tree: Any
    reads: set[Name] = field(default_factory=set)
    writes: list[tuple[str, Name, tuple[str, ...]]] = field(default_factory=list)
    calls: set[Name] = field(default_factory=set)
    aliases: dict[str, set[Name]] = field(default_factory=dict)
    columns: set[Name] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)
    sets: set[str | None] = field(default_factory=set)
    locks: bool = False
    makes: bool = False

    @property
    def relations(self) -> set[Name]:
        """All that it reads or writes."""
        return self.reads | {name for _, name, _ in self.writes}


def parsed(text: str) -> list[Statement]:
    """Return the statements of a text. Raises pglast's ParseError."""
    import pglast
    from pglast.visitors import Skip, Visitor

    class Reader(Visitor):
        def __init__(self, found: Statement) -> None:
            self.found = found
            self.common: set[Name] = set()

        def visit(self, _: Any, node: Any) -> Any:
            kind = type(node).__name__
            if kind in _FILTERED and node.whereClause is not None and folding.never(node.whereClause):
                return Skip
            if kind == "CommonTableExpr":
                self.common.add(("", node.ctename))
            self.found.locks |= kind in _LOCKING
            self.found.makes |= kind in _MAKING
            _note(self.found, kind, node)
            return None

    found = []
    for raw in pglast.parse_sql(text):
        assert raw.stmt is not None, "a parsed statement has a tree"
        reader = Reader(Statement(raw.stmt))
        reader(raw.stmt)
        statement = reader.found
        statement.reads -= reader.common
        statement.aliases = {
            alias: {OWN if name in reader.common else name for name in names}
            for alias, names in statement.aliases.items()
        }
        found.append(statement)
    return found


def _needed(arguments: Sequence[Any]) -> set[str]:
    """Return the setting that current_setting fails without: it is not told that the setting may be missing."""
    values = [folding.Folder({}).of_node(each) for each in arguments]
    return {values[0]} if values and isinstance(values[0], str) and values[1:] in ([], [False]) else set()


def _note(found: Statement, kind: str, node: Any) -> None:
    """Add what one node of the tree says."""
    if kind == "RangeVar":
        name = (node.schemaname or "", node.relname)
        found.reads.add(name)
        called = node.alias.aliasname if node.alias else node.relname
        found.aliases.setdefault(called, set()).add(OWN if node.alias and node.alias.colnames else name)
    elif kind in _WRITING:
        targets = getattr(node, _WRITING[kind][1], None) or ()
        written = (node.relation.schemaname or "", node.relation.relname)
        found.writes.append((_WRITING[kind][0], written, tuple(each.name for each in targets if each.name)))
    elif kind == "FuncCall":
        names = [each.sval for each in node.funcname]
        found.calls.add((names[-2] if len(names) > 1 else "", names[-1]))
        if names[-1] == "current_setting":
            found.settings |= _needed(node.args or ())
        if names[-1] == "set_config" and node.args:
            given = folding.Folder({}).of_node(node.args[0])
            found.sets.add(given if isinstance(given, str) else None)
    elif kind == "VariableSetStmt" and node.kind.name == "VAR_SET_VALUE":
        found.sets.add(node.name)
    elif kind == "ColumnRef":
        names = [getattr(each, "sval", "*") for each in node.fields]
        found.named.add(names[-1])
        if len(names) == 2:
            found.columns.add((names[0], names[1]))
    else:
        for called in _called(kind, node):
            found.aliases.setdefault(called, set()).add(OWN)


def _called(kind: str, node: Any) -> Iterator[str]:
    """Yield the aliases of a part of a FROM clause that is no relation."""
    for alias in (getattr(node, "alias", None), getattr(node, "join_using_alias", None)):
        if alias is not None:
            yield alias.aliasname
    if kind == "RangeFunction" and node.alias is None:
        # A function without an alias is called by its own name.
        yield from (each[0].funcname[-1].sval for each in node.functions if type(each[0]).__name__ == "FuncCall")

"""What a statement of SQL reads, writes, calls and locks, by its parse tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pgproof.machinery import folding

Name = tuple[str, str]


@dataclass
class Statement:
    """Names are (schema, name), the schema empty if it is not written.

    reads, writes: relations; each write with its kind and its columns. aliases: what a name before a dot stands for.
    columns: qualified references to columns. locks: whether rows or tables are locked. makes: whether it makes objects.
    """

    tree: Any
    reads: set[Name] = field(default_factory=set)
    writes: list[tuple[str, Name, tuple[str, ...]]] = field(default_factory=list)
    calls: set[Name] = field(default_factory=set)
    aliases: dict[str, set[Name]] = field(default_factory=dict)
    columns: set[Name] = field(default_factory=set)
    locks: bool = False
    makes: bool = False

    @property
    def relations(self) -> set[Name]:
        """All that it reads or writes."""
        return self.reads | {name for _, name, _ in self.writes}


def _never(condition: Any) -> bool:
    return condition is not None and folding.of_node(condition, {}) in (False, None)


def parsed(text: str) -> list[Statement]:
    """Return the statements of a text. Raises pglast's ParseError."""
    import pglast
    from pglast.visitors import Skip, Visitor

    class Reader(Visitor):  # type: ignore[misc]
        def __init__(self) -> None:
            self.found: Statement
            self.common: set[str] = set()

        def visit_CommonTableExpr(self, _: Any, node: Any) -> None:
            self.common.add(node.ctename)

        def visit_RangeVar(self, _: Any, node: Any) -> None:
            name = (node.schemaname or "", node.relname)
            self.found.reads.add(name)
            self.found.aliases.setdefault(node.alias.aliasname if node.alias else node.relname, set()).add(name)

        def visit_InsertStmt(self, _: Any, node: Any) -> None:
            self._write("insert", node, node.cols)

        def visit_UpdateStmt(self, _: Any, node: Any) -> Any:
            if _never(node.whereClause):
                return Skip
            return self._write("update", node, node.targetList)

        def visit_DeleteStmt(self, _: Any, node: Any) -> Any:
            return Skip if _never(node.whereClause) else self._write("delete", node, ())

        def visit_SelectStmt(self, _: Any, node: Any) -> Any:
            return Skip if _never(node.whereClause) else None

        def visit_MergeStmt(self, _: Any, node: Any) -> None:
            self._write("update", node, ())

        def visit_OnConflictClause(self, _: Any, node: Any) -> None:
            self.found.locks = True

        def visit_FuncCall(self, _: Any, node: Any) -> None:
            names = [each.sval for each in node.funcname]
            self.found.calls.add((names[-2] if len(names) > 1 else "", names[-1]))

        def visit_ColumnRef(self, _: Any, node: Any) -> None:
            names = [getattr(each, "sval", "*") for each in node.fields]
            if len(names) == 2:
                self.found.columns.add((names[0], names[1]))

        def visit_LockingClause(self, _: Any, node: Any) -> None:
            self.found.locks = True

        def visit_LockStmt(self, _: Any, node: Any) -> None:
            self.found.locks = True

        def visit_CreateStmt(self, _: Any, node: Any) -> None:
            self.found.makes = True

        def visit_CreateTableAsStmt(self, _: Any, node: Any) -> None:
            self.found.makes = True

        def _write(self, kind: str, node: Any, targets: Any) -> None:
            name = (node.relation.schemaname or "", node.relation.relname)
            self.found.writes.append((kind, name, tuple(each.name for each in targets or () if each.name)))

    found = []
    for raw in pglast.parse_sql(text):
        reader = Reader()
        reader.found = Statement(raw.stmt)
        reader(raw.stmt)
        common = {("", name) for name in reader.common}
        reader.found.reads -= common
        for each in reader.found.aliases.values():
            each -= common
        found.append(reader.found)
    return found

"""Statements that change the rows that meet a condition, where no row here did and the baseline brought none.

Rows that a rehearsal makes for an empty table meet what they happen to: that they are all still there says nothing of a
live database, and a script that does nothing to them need not be without effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.rehearsal import database_state, forms, online, touching

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.scripts.script import Script, Statement

_CHANGES = {"UpdateStmt": "updates", "DeleteStmt": "deletes", "MergeStmt": "merges"}
_BODIES = ("DoStmt", "CreateFunctionStmt")
_WITH = ("SelectStmt", "InsertStmt", *_CHANGES)


@dataclass(frozen=True)
class _Change:
    """A part of a statement that changes rows. node: its parse tree, of pglast. table: such as "public.notes".

    counted: the number of rows that the server tells for the statement is that of this part. loses: what there was
    before the up scripts, not only what they added.
    """

    node: Any
    table: str
    counted: bool
    loses: bool

    @property
    def does(self) -> str:
        """What it does to which rows, for a person."""
        kind = type(self.node).__name__
        if kind not in _CHANGES:
            return "inserts what it reads there"
        return f"{_CHANGES[kind]} {'the rows that meet its condition' if _is_conditional(self.node) else 'every row'}"


def unmet(
    script: Script,
    counts: Sequence[int],
    states: tuple[DatabaseState, DatabaseState, DatabaseState],
    bare: Collection[str],
) -> Iterator[str]:
    """Yield a sentence on each statement that would change rows, and of which it is not known how many.

    counts: how many rows the server told for each statement. states: before all up scripts, before this one, after it.
    bare: the tables to which the baseline brought no rows, such as "public.notes".
    """
    first, before, after = states
    idle = None
    for statement, count in zip(script.statements, counts, strict=False):
        for change in _changes(statement, script, bare, first):
            if count > 0 if change.counted else not _is_untouched(change.table, before, after):
                continue
            if not change.loses and idle is None:
                idle = not database_state.changes(before, after) and before.positions == after.positions
            if change.loses or idle:
                yield _told(statement, change)


def _changes(statement: Statement, script: Script, bare: Collection[str], first: DatabaseState) -> Iterator[_Change]:
    for node in _readable(statement, script):
        clause = getattr(node, "withClause", None)
        inner = [each.ctequery for each in clause.ctes if type(each.ctequery).__name__ in _CHANGES] if clause else []
        for each in [*inner, node]:
            counted = each is statement.node
            if type(each).__name__ in _CHANGES:
                table = _table(each.relation, bare, first)
                if table is not None:
                    yield _Change(each, table, counted, _loses(each, table, first))
            elif type(each).__name__ == "InsertStmt" and counted:
                tables = [_table(source, bare, first) for source in _sources(each)]
                yield from (_Change(each, table, counted, loses=False) for table in tables[:1] if table is not None)


def _readable(statement: Statement, script: Script) -> list[Any]:
    """Return the trees of a statement, and of a body that the script runs, that may change rows."""
    nodes = [statement.node]
    if statement.kind in _BODIES:
        runs = statement.kind == "DoStmt" or touching.is_called(statement.node.funcname[-1].sval, [script])
        nodes = list(_body(statement)) if runs else []
    return [each for each in nodes if type(each).__name__ in _WITH]


def _body(statement: Statement) -> Iterator[Any]:
    options = statement.node.args if statement.kind == "DoStmt" else statement.node.options
    given = {each.defname: each.arg for each in options or ()}
    language = getattr(given.get("language"), "sval", "plpgsql").lower()
    if language == "plpgsql":
        yield from online.body(statement)
    elif language == "sql" and given.get("as"):
        import pglast
        from pglast.parser import ParseError

        try:
            yield from (raw.stmt for raw in pglast.parse_sql(given["as"][0].sval))
        except ParseError:
            # The server has taken it, so it is one that only another version reads.
            return


def _table(relation: Any, bare: Collection[str], first: DatabaseState) -> str | None:
    """Return the table that is meant, None unless it is one to which the baseline brought no rows."""
    if relation.schemaname:
        name = f"{relation.schemaname}.{relation.relname}"
        return name if name in bare else None
    usual = f"public.{relation.relname}"
    if usual in bare or usual in first.layouts:
        return usual if usual in bare else None
    return next((each for each in sorted(bare) if each.partition(".")[2] == relation.relname), None)


def _loses(node: Any, table: str, first: DatabaseState) -> bool:
    """Return whether a change is one of what was there before the up scripts: a column that they add was not."""
    if type(node).__name__ != "UpdateStmt" or table not in first.layouts:
        return True
    return any(each.name in first.layouts[table].columns for each in node.targetList)


def _sources(insert: Any) -> list[Any]:
    """Return the relations from which an INSERT reads what it inserts; none for one of fixed rows."""
    from pglast.visitors import Visitor

    found: list[Any] = []

    class Relations(Visitor):
        def visit_RangeVar(self, _: Any, node: Any) -> None:  # noqa: N802
            found.append(node)

    if insert.selectStmt is not None:
        Relations()(insert.selectStmt)
    return found


def _is_untouched(table: str, before: DatabaseState, after: DatabaseState) -> bool:
    """Return whether the rows of a table, as far as its columns are still there, are the same as before."""
    # Those of a partitioned table are in others, whichever they are.
    names = [table] if table in before.rows else list(before.rows)
    for name in names:
        was, now = before.rows[name], after.rows.get(name)
        if now is None or was.count != now.count:
            return False
        if any(now.columns[each] != value for each, value in was.columns.items() if each in now.columns):
            return False
    return True


def _is_conditional(node: Any) -> bool:
    return type(node).__name__ == "MergeStmt" or node.whereClause is not None


def _told(statement: Statement, change: _Change) -> str:
    query = None if statement.kind in _BODIES else _query(change.node)
    look = "look for such rows before" if query is None else f"look before: {query}"
    return (
        f"{statement.path}:{statement.line} {change.does}, and there is none here; the baseline brings no rows of"
        f" {change.table}, so it is not known how many of yours it concerns: {look}, or rehearse with such rows in the"
        " baseline"
    )


def _query(node: Any) -> str | None:
    """Return a query that counts the rows that an UPDATE or DELETE changes, None where there is no simple one."""
    if type(node).__name__ not in ("UpdateStmt", "DeleteStmt") or node.withClause is not None:
        return None
    others = node.fromClause if type(node).__name__ == "UpdateStmt" else node.usingClause
    condition = "" if node.whereClause is None else f" WHERE {forms.as_sql(node.whereClause)}"
    return f"SELECT count(*) FROM {', '.join(map(forms.as_sql, [node.relation, *(others or ())]))}{condition}"

"""Reads a script file and splits it into statements, by PostgreSQL's own grammar (pglast), with file and line.

What is wrong with a file is known before any of it runs: each problem has a name, a place, and what it usually means.
The grammar is that of the newest PostgreSQL; the server that runs the script may be older and has the last word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof import scrub
from pgproof.scripts import psql
from pgproof.scripts.unreadable import TEMPLATE, Unreadable, copy_from_stdin, syntax_error

if TYPE_CHECKING:
    from pathlib import Path

    from pgproof.scripts.psql import Rows

__all__ = ["TEMPLATE", "Script", "Statement", "Unreadable", "contents", "copy_from_stdin", "parse", "read"]

# So much of a statement is read for its title.
_OPENING = 5000


@dataclass(frozen=True)
class Statement:
    """One statement. line: where it starts in the file. node: its parse tree, of pglast.

    outside: the name of the command if it cannot run inside a transaction, such as VACUUM. apart: its runner takes it
    out of the transaction in which it runs the rest. rows: what a COPY … FROM stdin reads.
    """

    path: Path
    line: int
    text: str
    node: Any = field(repr=False, compare=False)
    outside: str | None = None
    apart: bool = False
    rows: Rows | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """The name of its node in PostgreSQL's grammar, such as "IndexStmt"."""
        return type(self.node).__name__

    @property
    def title(self) -> str:
        """Its first words, for a person, with three stars for each secret: cut in two, none would be known as one."""
        words = scrub.recognised(" ".join(re.sub(r"--.*", "", self.text[:_OPENING]).split()))
        return words if len(words) <= 60 else words[:59] + "…"


@dataclass(frozen=True)
class Script:
    """A file and its statements; there is at least one. wrapped: its runner puts it in a transaction.

    way_out: how to tell the runner not to, as advice to a person.
    """

    path: Path
    statements: tuple[Statement, ...]
    wrapped: bool = False
    way_out: str | None = None


def read(path: Path, *, dump: bool = False) -> Script:
    """Return the script in a file. dump: as for parse(). Raises Unreadable."""
    return parse(path, contents(path), dump=dump)


def parse(path: Path, text: str, *, dump: bool = False, by_psql: bool = True) -> Script:
    """Return the script in a text. Raises Unreadable.

    path: where the text came from. dump: whether it may hold what is for psql alone and changes nothing. by_psql:
    whether psql runs it; the lines that pg_dump puts around its output stop every other tool.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable("not-utf8", path, line, "holds a NUL byte", "not a text file; save it as UTF-8")
    text, rows = psql.without(text, dump=dump, by_psql=by_psql)
    try:
        import pglast
        from pglast.parser import ParseError, split
    except ImportError as error:  # pragma: no cover - it is among the requirements
        raise Unreadable(
            "no-parser", path, None, "pglast is not installed", "run ./setup.sh requirements.txt"
        ) from error
    try:
        # Both leave out empty statements.
        slices, nodes = split(text, only_slices=True), [raw.stmt for raw in pglast.parse_sql(text)]
    except ParseError as error:
        raise syntax_error(path, text, error.args[0], error.args[1]) from None
    statements = []
    line, counted = 1, 0
    for where, node in zip(slices, nodes, strict=True):
        start = _after_comments(text, where.start)
        line += text.count("\n", counted, start)
        counted = start
        own = rows.get(start) if reads_the_file(node) else None
        if reads_the_file(node) and own is None:
            raise copy_from_stdin(path, line)
        statements.append(Statement(path, line, text[start : where.stop], node, _outside(node), rows=own))
    if not statements:
        commented = any(line.strip() for line in text.splitlines())
        raise Unreadable(
            "commented-out" if commented else "empty-file",
            path,
            None,
            "holds nothing but comments" if commented else "is empty",
            "a script that does nothing looks like one that worked; write its statements, or leave it out",
        )
    return Script(path, tuple(statements))


def contents(path: Path) -> str:
    """Return the text of a file. Raises Unreadable."""
    try:
        # psql skips a byte order mark, too.
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8: byte 0x{error.object[error.start]:02x}"
        raise Unreadable("not-utf8", path, line, what, "saved in another encoding; save it as UTF-8") from None
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise Unreadable(
            "missing-file", path, None, what, "a typo in the name, or a file that was not created"
        ) from None


def _after_comments(text: str, start: int) -> int:
    """Return where a statement itself begins: the grammar counts the comments before it as part of it."""
    gap = re.compile(r"(\s+|--[^\n]*|/\*.*?\*/)*", re.DOTALL).match(text, start)
    return gap.end() if gap else start


def reads_the_file(node: Any) -> bool:
    """Return whether a node is a COPY FROM stdin."""
    return type(node).__name__ == "CopyStmt" and node.is_from and not node.filename


_WHOLE = {
    "REINDEX_OBJECT_SCHEMA": "REINDEX SCHEMA",
    "REINDEX_OBJECT_SYSTEM": "REINDEX SYSTEM",
    "REINDEX_OBJECT_DATABASE": "REINDEX DATABASE",
}


def _outside(node: Any) -> str | None:
    """Name the command if PostgreSQL refuses to run it inside a transaction (PreventInTransactionBlock)."""
    kind = type(node).__name__
    if kind == "VacuumStmt":
        return "VACUUM" if node.is_vacuumcmd else None
    if kind == "IndexStmt" and node.concurrent:
        return "CREATE INDEX CONCURRENTLY"
    if kind == "DropStmt" and node.concurrent:
        return "DROP INDEX CONCURRENTLY"
    if kind == "ReindexStmt":
        concurrent = any(option.defname == "concurrently" for option in node.params or ())
        return "REINDEX CONCURRENTLY" if concurrent else _WHOLE.get(node.kind.name)
    if kind == "AlterTableStmt":
        return "DETACH PARTITION CONCURRENTLY" if any(map(_detaches_slowly, node.cmds)) else None
    return {
        "ClusterStmt": None if getattr(node, "relation", None) else "CLUSTER",
        "AlterSystemStmt": "ALTER SYSTEM",
        "CreatedbStmt": "CREATE DATABASE",
        "DropdbStmt": "DROP DATABASE",
        "CreateTableSpaceStmt": "CREATE TABLESPACE",
        "DropTableSpaceStmt": "DROP TABLESPACE",
        "CreateSubscriptionStmt": "CREATE SUBSCRIPTION",
    }.get(kind)


def _detaches_slowly(command: Any) -> bool:
    return command.subtype.name == "AT_DetachPartition" and bool(command.def_.concurrent)

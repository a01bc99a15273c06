"""Lets a script that calls its database by name run in a copy, which has another name.

PostgreSQL knows no other way in ALTER DATABASE, GRANT … ON DATABASE and their like: a hosted project's database is
always called postgres, and so is that of a server that nobody configured. On a throw-away server that is the name of
its maintenance database, which belongs to no script.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from pgproof.scripts.script import Statement

# The setting of a session in the copy of a live database, with the name of the latter.
COPIED = "pgproof.copied_database"
_USUAL = "postgres"
_ALTERING = ("AlterDatabaseStmt", "AlterDatabaseSetStmt", "AlterDatabaseRefreshCollStmt")
_REINDEXING = ("REINDEX_OBJECT_DATABASE", "REINDEX_OBJECT_SYSTEM")
_OBJECT_KINDS = ("objtype", "objectType", "renameType")
_FAILED = 3


def replaced(connection: psycopg.Connection[Any], statement: Statement) -> str | None:
    """Return a statement's text with the name of the database that it runs in; None if it names no such database.

    Lines stay where they are.
    """
    if not is_named(statement):
        return None
    names, in_a_block = _names(connection), statement.kind == "DoStmt"
    here = '"' + connection.info.dbname.replace('"', '""') + '"'
    places = list((_in_a_block if in_a_block else _in_a_statement)(statement.text, names))
    text = statement.text
    for start, end in reversed(places):
        text = f"{text[:start]}{here}{text[end:]}"
    return text if places else None


def is_named(statement: Statement) -> bool:
    """Return whether a statement is about a database that it calls by its name."""
    if statement.kind == "DoStmt":
        return _IN_A_BLOCK.search(statement.text) is not None
    return _names_one(statement.node)


def _names_one(node: Any) -> bool:
    kind = type(node).__name__
    if kind in _ALTERING:
        return True
    if kind == "AlterRoleSetStmt":
        return node.database is not None
    if kind == "ReindexStmt":
        return node.kind.name in _REINDEXING and node.name is not None
    kinds = (getattr(node, each, None) for each in _OBJECT_KINDS)
    return any(getattr(each, "name", None) == "OBJECT_DATABASE" for each in kinds)


def _names(connection: psycopg.Connection[Any]) -> frozenset[str]:
    """Return the names by which a script may mean the database of the session."""
    if connection.info.transaction_status == _FAILED:
        return frozenset((_USUAL,))
    (copied,) = connection.execute("SELECT current_setting(%s, true)", [COPIED]).fetchone() or (None,)
    return frozenset(filter(None, (_USUAL, copied)))


def _in_a_statement(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield where the names stand: after the first DATABASE that a name follows, and after commas."""
    from pglast.parser import scan

    tokens = [each for each in scan(text) if not each.name.endswith("_COMMENT") and each.name != "CONCURRENTLY"]
    found = False
    for before, token in pairwise(tokens):
        follows = before.name in ("DATABASE", "SYSTEM_P") and not found
        if (follows or (found and before.name == "ASCII_44")) and token.name not in ("IN_P", "SET", "WITH"):
            found = True
            if _meant(text[token.start : token.end + 1]) in names:
                yield token.start, token.end + 1
        elif found and token.name != "ASCII_44":
            return


def _in_a_block(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    for found in _IN_A_BLOCK.finditer(text):
        if _meant(found["name"]) in names:
            yield found.span("name")


_IN_A_BLOCK = re.compile(r'\bDATABASE\s+(?P<name>"(?:[^"]|"")+"|[\w$]+)', re.IGNORECASE)


def _meant(word: str) -> str:
    """Return the name that a word of SQL stands for."""
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()

"""Syntax of PL/pgSQL and SQL bodies, which are mere text to the grammar of a script: the server itself compiles them.

That happens in a transaction that is rolled back, before any of the script runs. Only syntax errors count here: a table
that does not exist yet may be created by an earlier statement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.rehearsal.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.scripts.script import Script, Statement

_BODY = re.compile(r"\$\w*\$|'")
_USUALLY = "the body is text to the rest of the script, so this shows only when it runs"


def syntax_errors(connection: psycopg.Connection[Any], script: Script) -> Iterator[Finding]:
    """Yield a finding for each function or DO body in a script that has a syntax error. connection: autocommit."""
    for statement in script.statements:
        source = _compilable(statement)
        if source is None:
            continue
        text, offset = source
        connection.execute("BEGIN")
        try:
            connection.execute(text.encode())
        except psycopg.errors.SyntaxError as error:
            line = statement.line + _line(error, text) + offset
            yield Finding("syntax-error", str(error.diag.message_primary), str(script.path), line, _USUALLY)
        except psycopg.Error:
            # Anything else that is wrong shows when the script is applied.
            pass
        finally:
            connection.execute("ROLLBACK")


def _compilable(statement: Statement) -> tuple[str, int] | None:
    """Return SQL that makes the server compile the body, and how many lines of the statement come before the body."""
    if statement.kind == "CreateFunctionStmt":
        return statement.text, 0
    if statement.kind != "DoStmt":
        return None
    given = {each.defname: each.arg.sval for each in statement.node.args}
    opening = _BODY.search(statement.text)
    if given.get("language", "plpgsql").lower() != "plpgsql" or opening is None:
        return None
    body = given["as"]
    tag = "$body$"
    while tag in body:
        tag = f"${tag.strip('$')}_$"
    text = f"CREATE FUNCTION pg_temp.rehearsal_body() RETURNS void LANGUAGE plpgsql AS {tag}{body}{tag}"
    return text, statement.text.count("\n", 0, opening.start())


def _line(error: psycopg.Error, text: str) -> int:
    """Return how many lines into the text the server saw the error."""
    if error.diag.statement_position:
        return text.count("\n", 0, int(error.diag.statement_position) - 1)
    near = re.search(r"near line (\d+)", error.diag.context or "")
    opening = _BODY.search(text)
    return int(near.group(1)) - 1 + (text.count("\n", 0, opening.start()) if opening else 0) if near else 0

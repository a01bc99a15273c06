"""Why a file cannot be run, with what that usually means: in the words of who wrote it, not of the grammar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PLPGSQL_ONLY = re.compile(
    r"(RAISE|IF|ELSIF|LOOP|PERFORM|FOREACH|FOR|WHILE|RETURN|DECLARE|EXCEPTION|ASSERT)\b", re.IGNORECASE
)
_PSQL_VARIABLE = re.compile(r""":['"]?\w""")
_META_COMMAND = re.compile(r"\\(\w+|[.!?;])?")
# Jinja, Mustache and Go; ERB; shells, Flyway and JavaScript.
TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$\{[A-Za-z_][\w.:-]*\}", re.DOTALL)


class Unreadable(Exception):
    """A file cannot be run. name: of the problem. line: None for the whole file. what: is wrong.

    usually: what that usually means, and what to do.
    """

    def __init__(self, name: str, path: Path, line: int | None, what: str, usually: str) -> None:
        super().__init__(what)
        self.name, self.path, self.line, self.what, self.usually = name, path, line, what, usually


def syntax_error(path: Path, text: str, message: str, position: int | None) -> Unreadable:
    """Return what is wrong where the grammar gave up. message, position: of pglast; position: None for the end."""
    position = len(text) if position is None else position
    line = text.count("\n", 0, position) + 1
    rest = text[position:]
    copying = re.search(r"\bCOPY\b[^;]*\bFROM\s+STDIN\b[^;]*;[^;]*\Z", text[:position], re.IGNORECASE)
    if copying:
        return copy_from_stdin(path, text.count("\n", 0, copying.start()) + 1)
    if meta := _META_COMMAND.match(rest):
        return _meta_command(path, line, meta.group(), rest.partition("\n")[0])
    if written := _template(text, position):
        what = f"{written} is a placeholder, which something fills in before the SQL is run"
        return Unreadable("template", path, line, what, "not SQL yet; rehearse the text that your tool makes of it")
    return Unreadable("syntax-error", path, line, message, _usually(message, rest))


def _template(text: str, position: int) -> str | None:
    """Return the first placeholder of a template in the statement that is cut short here, up to the end of the line."""
    begin = text.rfind(";", 0, position) + 1
    end = text.find("\n", position)
    found = TEMPLATE.search(text, begin, len(text) if end < 0 else end)
    return None if found is None else " ".join(found.group().split())[:40]


def _meta_command(path: Path, line: int, command: str, written: str) -> Unreadable:
    what = f"psql meta-command {command}"
    usually = "only psql knows these, not the SQL editor or a migration tool; write the SQL that it stands for"
    if command in ("\\c", "\\connect"):
        what = f"goes on in another database, or as somebody else: {written.strip()}"
        usually = (
            "the rehearsal keeps to one database and one session; dump it without --create and without pg_dumpall,"
            " or keep only the part that is meant"
        )
    elif command in ("\\restrict", "\\unrestrict"):
        usually = (
            "pg_dump writes it for psql, and the tool that runs this file sends it to the server, which refuses it;"
            " delete the \\restrict and \\unrestrict lines: nothing else changes"
        )
    elif command in ("\\i", "\\ir", "\\include", "\\include_relative"):
        usually = f"only psql knows it; name the file that {written.strip()} takes in on the command line, in its place"
    return Unreadable("psql-meta-command", path, line, what, usually)


def copy_from_stdin(path: Path, line: int, who: str = "nobody") -> Unreadable:
    """Return what is wrong with a COPY FROM stdin that finds no rows, or whose runner cannot read them. who: reads."""
    usually = "the rows after it are not SQL: only psql can read them from the file; write INSERT … VALUES instead"
    what = "COPY … FROM stdin" if who == "nobody" else f"COPY … FROM stdin, whose rows {who} sends as if they were SQL"
    return Unreadable("copy-from-stdin", path, line, what, usually)


def _usually(message: str, rest: str) -> str:
    if _PSQL_VARIABLE.match(rest):
        return "a psql variable (:name), which only psql fills in; write the value"
    if word := _PLPGSQL_ONLY.match(rest):
        name = word.group().upper()
        return f"{name} is PL/pgSQL, not SQL: put it inside DO $$ BEGIN … END $$;"
    if "dollar-quoted" in message:
        return "an unclosed $$: everything after it counts as text"
    if "unterminated" in message:
        return "an unclosed quote; inside a string, write a quote twice"
    if "end of input" in message:
        return "the last statement is cut short, or a bracket is not closed"
    return "a typo, a missing comma or semicolon just before, or the SQL of another database system"

"""Makes a dump in psql's format plain SQL: without the rows of COPY, and without psql's meta-commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.scripts import script
from pgproof.scripts.psql import END_OF_ROWS, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

# What pg_dump and the Supabase CLI write for psql only.
_HARMLESS = ("restrict", "unrestrict", "encoding", "pset", "set", "unset", "echo", "timing")
_CONNECT = ("c", "connect")
_CUSTOM_FORMAT = b"PGDMP"


def read(path: Path) -> tuple[str, list[str]]:
    """Return the SQL of a dump, and the tables whose rows it holds, which are left out.

    Line breaks stay where they are. Raises UsageError for what is not a dump, or is one of several databases.
    """
    try:
        with path.open("rb") as file:
            custom = file.read(len(_CUSTOM_FORMAT)) == _CUSTOM_FORMAT
    except OSError:
        # Reading it as a script says why.
        custom = False
    if custom:
        raise UsageError(f"{path} is a dump in pg_dump's own format; make SQL of it: pg_restore -f dump.sql {path}")
    try:
        return plain(str(path), script.contents(path))
    except script.Unreadable as problem:
        raise UsageError(f"{path} {problem.what}; {problem.usually}") from None


def plain(name: str, text: str) -> tuple[str, list[str]]:
    """Return a dump's SQL and the tables whose rows it holds; name: of the file. Raises UsageError."""
    kept: list[str] = []
    tables: dict[str, None] = {}
    place = databases = 0
    while found := TOKEN.search(text, place):
        start, end = found.span()
        kept.append(text[place:start])
        place = end
        if found["copy"] is not None:
            rows = END_OF_ROWS.search(text, end - 1)
            if rows is None:
                raise UsageError(
                    f"{name}:{_line(text, start)}: the rows of {found['table']} have no end; dump it again"
                )
            tables[found["table"].replace('"', "")] = None
            place = rows.end()
        elif found["meta"] is None:
            kept.append(found[0])
            continue
        elif found["meta"] in _CONNECT:
            databases += 1
        elif found["meta"] not in _HARMLESS:
            raise UsageError(
                f"{name}:{_line(text, start)}: psql's \\{found['meta']} is nothing that a dump holds;"
                " write the SQL that it stands for, or name a dump"
            )
        kept.append("\n" * text.count("\n", start, place))
    if databases > 1:
        raise UsageError(f"{name} holds {databases} databases; dump only the one that is meant, with pg_dump")
    return "".join([*kept, text[place:]]), list(tables)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1

"""Where goose and sql-migrate end a statement: at a semicolon that ends a line, unless markers hold lines together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.scripts import psql
from pgproof.scripts.script import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIXES = {"goose": "+goose", "sql-migrate": "+migrate"}


def check(path: Path, tool: str, text: str) -> None:
    """Raise Unreadable if the tool would cut a statement of this half in two, or finds that one has no end."""
    import pglast
    from pglast.parser import ParseError

    if "\0" in text or psql.RESTRICTION.search(text):
        # Reading the whole file says so.
        return
    _count(path, tool, text)
    for line, chunk, ended in _chunks(text, PREFIXES[tool]):
        if not ended:
            what = f"{tool} wants a semicolon at the end of this statement"
            raise Unreadable("refused-by-runner", path, line, what, "end it with a semicolon, on its last line")
        if "$" not in chunk and "'" not in chunk and "atomic" not in chunk.lower():
            continue
        try:
            pglast.parse_sql(chunk)
        except ParseError:
            if _is_whole(text):
                what = f"{tool} ends this statement at the first line that ends with a semicolon"
                marks = f"-- {PREFIXES[tool]} StatementBegin before it and -- {PREFIXES[tool]} StatementEnd after it"
                raise Unreadable("refused-by-runner", path, line, what, f"put {marks}") from None
            # Reading the whole file says what is wrong with it.
            return


def _count(path: Path, tool: str, text: str) -> None:
    """Raise Unreadable if a marker that holds lines together has no partner."""
    marks = re.compile(
        rf"^--[ \t]*{re.escape(PREFIXES[tool])}[ \t]+Statement(Begin|End)\b", re.MULTILINE | re.IGNORECASE
    )
    found = list(marks.finditer(text))
    wrong = next((each for n, each in enumerate(found) if each[1].lower() != ("end" if n % 2 else "begin")), None)
    if wrong is None and len(found) % 2:
        wrong = found[-1]
    if wrong is not None:
        line = text.count("\n", 0, wrong.start()) + 1
        what = f"{tool} finds no partner of this marker: {wrong.group()}"
        raise Unreadable("refused-by-runner", path, line, what, "write StatementBegin and StatementEnd in turn")


def _is_whole(text: str) -> bool:
    import pglast
    from pglast.parser import ParseError

    try:
        pglast.parse_sql(text)
    except ParseError:
        return False
    return True


def _chunks(text: str, prefix: str) -> Iterator[tuple[int, str, bool]]:
    """Yield what the tool takes for a statement outside its markers: its first line, its text, whether it ended."""
    chunk: list[str] = []
    begun, together = 0, False
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        words = bare.removeprefix("--").lower().split()
        if bare.startswith("--") and words[:1] == [prefix]:
            together = words[1:] == ["statementbegin"] or (together and words[1:] != ["statementend"])
            continue
        if together or (not chunk and (not bare or bare.startswith("--"))):
            continue
        begun = begun if chunk else number
        chunk.append(line)
        if bare.partition("--")[0].rstrip().endswith(";"):
            yield begun, "\n".join(chunk), True
            chunk = []
    if any(each.strip() and not each.strip().startswith(("--", "/*")) for each in chunk):
        yield begun, "\n".join(chunk), False

"""Where goose and sql-migrate end a statement: at a semicolon that ends a line, unless markers hold lines together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.scripts.script import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIXES = {"goose": "+goose", "sql-migrate": "+migrate"}


def check(path: Path, tool: str, text: str) -> None:
    """Raise Unreadable if the tool would cut a statement of this half in two, or finds that one has no end."""
    import pglast
    from pglast.parser import ParseError

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

"""What only psql reads in a file: the rows after COPY … FROM stdin, and its own commands, which begin with a backslash.

pg_dump writes both. The rows are taken out for the client's COPY; the SQL that stays keeps its lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Comments, strings, quoted names and bodies come first: what looks like a command inside them is none.
TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?\*/
    |\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"
    |(?<![\w$])\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$
    |^(?P<copy>[ \t]*COPY\s+(?P<table>(?:"[^"]+"|[^\s("])+)[^;]*?\sFROM\s+stdin\b[^;]*;[^\n]*\n)
    |^\\(?P<meta>[^\s;]*)[^\n]*""",
    re.DOTALL | re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
END_OF_ROWS = re.compile(r"^\\\.[ \t\r]*$", re.MULTILINE)
# Most scripts have nothing for psql, so they are not read token by token.
_WORTH_READING = re.compile(r"^\\|^[ \t]*COPY\b", re.MULTILINE | re.IGNORECASE)
# What newer versions of pg_dump put around their output; it changes nothing, and nobody but psql knows it.
_RESTRICTION = ("restrict", "unrestrict")
RESTRICTION = re.compile(rf"^\\(?:{'|'.join(_RESTRICTION)})\b", re.MULTILINE)
# What pg_dump and the people who edit its output write for psql's own sake.
_HARMLESS = ("encoding", "pset", "set", "unset", "echo", "timing", "qecho", "errverbose", "warn", "x")


@dataclass(frozen=True)
class Rows:
    """The rows of one COPY … FROM stdin. line: of the first one, in the file."""

    line: int
    text: str = field(repr=False)


def without(text: str, *, dump: bool = False, by_psql: bool = True) -> tuple[str, dict[int, Rows]]:
    """Return the SQL of a file, with its lines where they were, and the rows of each COPY by where it begins there.

    dump: whether what pg_dump's output may hold for psql's own sake is left out, too. by_psql: whether psql runs the
    file; what pg_dump puts around its output stays where others send it to the server. What has no end stays as it is.
    """
    if not _WORTH_READING.search(text):
        return text, {}
    kept: list[str] = []
    rows: dict[int, Rows] = {}
    place = length = 0
    line, counted = 1, 0
    left_out: tuple[str, ...] = _RESTRICTION if by_psql or dump else ()
    if dump:
        left_out += _HARMLESS
    # psql skips these up to the end of the line, and the rows up to their end.
    while found := TOKEN.search(text, place):
        start, end = found.span()
        ended = END_OF_ROWS.search(text, end - 1) if found["copy"] is not None else None
        if ended is not None:
            command = found["copy"]
            begins = length + start - place + len(command) - len(command.lstrip())
            line += text.count("\n", counted, end)
            counted = end
            rows[begins] = Rows(line, text[end : ended.start()])
            kept += (text[place:end], "\n" * text.count("\n", end, ended.end()))
            end = ended.end()
        elif found["meta"] in left_out:
            kept.append(text[place:start])
        else:
            kept.append(text[place:end])
        length += len(kept[-1]) + (len(kept[-2]) if ended is not None else 0)
        place = end
    return "".join([*kept, text[place:]]), rows

"""How far a rehearsal has come is told where it does not get into the way of the result."""

import io
from pathlib import Path

from pgproof.rehearsal import progress
from pgproof.scripts import script

UP = script.parse(Path("folder/up.sql"), "SELECT 1")


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        """Whether it is one."""
        return True


def told(stream):
    """What a check with one script writes there."""
    teller = progress.to(stream)
    teller.check("atomic", 7, 10)
    teller.script(UP)
    teller.end()
    return stream.getvalue()


def test_a_terminal_shows_one_line_that_goes_away():
    """Each text begins by clearing the line, and none of them ends it."""
    text = told(Terminal())
    assert "rehearsing 7/10: atomic: up.sql" in text
    assert "\n" not in text
    assert text.endswith("\r\033[K")


def test_a_log_gets_a_line_for_each_check():
    """Not one for each script: a chain of a thousand files would fill it."""
    assert told(io.StringIO()) == "rehearsing 7/10: atomic\n"

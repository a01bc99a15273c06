"""The corpus of this folder: one object of every kind, and one change of each attribute."""

from pathlib import Path

FOLDER = Path(__file__).parent / "changes"
BASE = FOLDER / "base.sql"


def changes():
    """By the start of the line that must name it, each change of the folder's files."""
    found = {}
    for file in sorted(FOLDER.glob("*.sql")):
        if file != BASE:
            for block in file.read_text().strip().split("\n\n"):
                line, _, change = block.partition("\n")
                found[line.removeprefix("-- "), change] = None
    return list(found)


CHANGES = changes()

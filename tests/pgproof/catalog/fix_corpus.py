"""One change of each kind of object, by the start of the line that must name it: the files of changes/."""

from pathlib import Path

import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.catalog import differences

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


class Changed:
    """A database with one object of every kind; each change is taken back."""

    def __init__(self, connection):
        self.connection = connection
        connection.execute("SET search_path = pg_catalog; SET allow_system_table_mods = on")
        connection.execute(BASE.read_bytes())
        self.before = catalog.read(connection)

    def after(self, change):
        """The catalog after the change."""
        self.connection.execute("BEGIN")
        try:
            self.connection.execute(change.encode())
            return catalog.read(self.connection)
        finally:
            self.connection.execute("ROLLBACK")

    def lines(self, change):
        """What the comparison says of the change."""
        return list(differences.lines(self.before, self.after(change), ("A", "B")))


# Changes that are several: an owner also has grants and sequences, a partition its columns, …
SEVERAL = (
    ": owner differs",
    "inherits from",
    "partition bound",
    "partition key",
    ": generated differs",
    ": collation differs",
    ": validated",
    "REFERENCES app.t(id) DEFERRABLE",
    "replica identity only in B",
    ": expressions",
    ": language differs",
    "role changes_group: only",
)


def names(line, lines):
    """Whether the change is named, and no other is."""
    several = any(each in found for each in SEVERAL for found in lines)
    return any(each.startswith(line) for each in lines) and (several or len(lines) == 1)


@pytest.fixture(scope="module")
def changed(templates):
    """The database for all changes of a module."""
    import psycopg

    with templates.clone(REPLICAS["prod"], "aligned") as conninfo, psycopg.connect(conninfo, autocommit=True) as one:
        yield Changed(one)

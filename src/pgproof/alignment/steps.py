"""What an alignment is made of: the two sides, the steps between them, and the files that hold those."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgproof.catalog import Catalog

# What the example and the database to change are called.
NAMES = ("A", "B")


@dataclass(frozen=True)
class Side:
    """One of the two databases, as a schema-only copy on the scratch server.

    place: as the user named it, without any secret. catalog: of the copy, before any script. rows: estimates of the
    live database's rows by relation ("public.messages"); empty where they are not known.
    """

    place: str
    catalog: Catalog = field(repr=False)
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One statement of a script.

    sql: without a semicolon at its end. kind: of the object in the words of diff ("table", "column", "index", …).
    relation: the table, view or sequence that it changes, as the catalog's identities spell it ("public.messages"),
    None if it changes none. names: identities in the catalog of what it makes, changes or drops. transactional: whether
    it can run in a transaction with others. destructive: whether rows, columns or labels are lost. lock: the lock it
    takes on its relation, as pg_locks and LOCK TABLE call it ("ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE", …; ""
    for none).
    """

    sql: str
    kind: str
    relation: str | None = None
    names: tuple[str, ...] = ()
    transactional: bool = True
    destructive: bool = False
    lock: str = ""


@dataclass(frozen=True)
class Part:
    """Statements that run together, in a file of their own: in one transaction, or in none.

    statements: SQL without a semicolon at the end of each; a DO block is one statement.
    """

    statements: tuple[str, ...]
    transactional: bool = True


@dataclass(frozen=True)
class Forms:
    """What runs instead of a step where its table is large: parts in their order; no parts: the step as it is.

    note: one sentence for the runbook on what this costs, "" for none.
    """

    parts: tuple[Part, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class File:
    """One script of an alignment.

    way: "up" or "down". name: "001_columns_of_rooms.sql". title: what it does, for the runbook. steps: what of the plan
    it holds, in order. transactional: False where it runs outside a transaction. text: the whole script. notices: what
    it says where it does its work; what it says of rows, or where it has nothing to do, is not among them.
    """

    way: str
    name: str
    title: str
    steps: tuple[Step, ...]
    transactional: bool
    text: str = field(repr=False)
    notices: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Return where it stands in the folder."""
        return f"{self.way}/{self.name}"


@dataclass(frozen=True)
class Alignment:
    """Everything that is known when the files are written.

    a: the example; b: the database to change. ups, downs: the files in the order in which they run; downs undo the
    newest first. not_written: a line on each difference that no statement was found for. left_out: a line on each that
    the user did not choose or did not allow to lose. notes: what was added by itself, and what a person should know.
    """

    a: Side
    b: Side
    ups: tuple[File, ...]
    downs: tuple[File, ...]
    not_written: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

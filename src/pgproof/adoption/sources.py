"""Where an adopted schema comes from: a live database, which is only read, or the file of a dump."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof import project as projects
from pgproof.adoption import dumps
from pgproof.errors import UsageError
from pgproof.scripts import script

if TYPE_CHECKING:
    from pgproof.catalog import Catalog
    from pgproof.project import Project
    from pgproof.rehearsal.copying import Copy
    from pgproof.scripts.script import Statement

LIVE = "live:"


@dataclass(frozen=True)
class Source:
    """A schema as it was read. name: of its environment. place: where it was, for people.

    catalog: of the live database, None of a file.
    notes: what a person should know about how it was read. rows: the tables whose rows were there and are left out.
    adopted: whether it is a copy itself. not_copied: what that lacks, a line each; None where that is not known.
    """

    name: str
    place: str
    statements: tuple[Statement, ...] = field(repr=False)
    catalog: Catalog | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    adopted: bool = False
    not_copied: tuple[str, ...] | None = None


def read(word: str, project: Project, version: int) -> Source:
    """Return the schema that a word of the command line names: live:ENVIRONMENT, NAME=FILE or FILE.

    version: the oldest of pg_dump's to use. Raises UsageError.
    """
    if word.startswith(LIVE):
        return _live(word, project, version)
    name, equals, file = word.partition("=")
    if not equals:
        name, file = Path(word).stem, word
    if not projects.is_name(name):
        raise UsageError(
            f"'{name}' cannot be the name of an environment; write NAME={file}, where NAME {projects.NAME_RULE}"
        )
    text, rows = dumps.read(Path(file))
    try:
        statements = script.parse(Path(file), text).statements
    except script.Unreadable as problem:
        line = "" if problem.line is None else f":{problem.line}"
        raise UsageError(f"{file}{line}: {problem.what}; {problem.usually}") from None
    return Source(name, file, statements, rows=tuple(rows), adopted=projects.is_adopted(Path(file)))


def _live(word: str, project: Project, version: int) -> Source:
    from pgproof.rehearsal import copying

    environment = project.chosen([word.removeprefix(LIVE)], live_only=True)[0]
    return of_copy(copying.read(environment, project.hooks, at_least=version), word)


def of_copy(copy: Copy, place: str) -> Source:
    """Return the schema of a live database that was read already. place: where it is, for people."""
    notes = [f"pg_dump: {warning}" for warning in copy.warnings]
    if copy.closed:
        notes.append(
            "whatever only pg_dump shows of tables that it may not lock, which were put together from the catalog:"
            f" {', '.join(sorted(copy.closed))}"
        )
    statements = (*copy.roles, *copy.statements, *copy.stand_ins)
    return Source(copy.name, place, statements, copy.catalog, tuple(notes))

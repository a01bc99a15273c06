"""What a word of the command line names: a live database, a replica, an adopted folder or the file of a dump."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgproof import naming
from pgproof import project as projects
from pgproof.adoption import sources
from pgproof.environments import Environment
from pgproof.errors import UsageError
from pgproof.postgres import live, reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.adoption.sources import Source
    from pgproof.hooks import Hooks
    from pgproof.postgres.templates import State
    from pgproof.project import Project

EXPECTED = (
    "a connection string, live:ENVIRONMENT, replica:ENVIRONMENT[:STATE], the folder of an adopted project"
    " (FOLDER or FOLDER:ENVIRONMENT), or the file of a dump"
)


@dataclass(frozen=True)
class Origin:
    """One of the two databases, as it was named. place: for people, without any secret.

    source: what has to be copied; None where files make the schema. files: those, in the order in which they run.
    settings: of the sessions that run them. rows: estimates of a live database's rows, by relation. major: of its
    server, 0 if there is none.
    """

    place: str
    source: Source | None = field(default=None, repr=False)
    files: tuple[Path, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict, repr=False)
    major: int = 0


def read(word: str, name: str, project: Project, version: int) -> Origin:
    """Return what a word names. name: "A" or "B". version: the oldest of pg_dump's to use. Raises UsageError."""
    if not word.strip():
        raise UsageError(f"{name} is empty; expected {EXPECTED}")
    naming.refuse_bare(word, project, f"{name}: ")
    named = naming.parse(word)
    if named is not None and named.kind == "live":
        return _live(project.chosen([named.environment], live_only=True)[0], word, project, version)
    if named is not None:
        return _replica(*naming.replica(project, named.environment, *named.states), word, project)
    folder, _, chosen = word.rpartition(":") if ":" in word and not _is_there(word) else (word, "", "")
    if folder and _is_there(folder) and Path(folder).is_dir():
        return _folder(Path(folder), chosen, word)
    if _is_there(word) and Path(word).is_file():
        return Origin(word, source=sources.read(f"{name.lower()}={word}", project, version))
    return _connected(word, name, project, version)


def _is_there(word: str) -> bool:
    """Return whether a word names a file or folder. A connection string may be longer than any name of one can be."""
    try:
        return Path(word).exists()
    except OSError:
        return False


def _replica(environment: Environment, state: State, word: str, project: Project) -> Origin:
    own = (*environment.baseline, *(environment.migrations if state == "aligned" else ()))
    if any(map(projects.is_adopted, environment.baseline)):
        return Origin(word, source=_together(own, environment, word, project))
    return Origin(word, files=(*project.shared, *own), settings=environment.settings)


def _folder(folder: Path, name: str, word: str) -> Origin:
    if not (folder / projects.FILE).is_file():
        raise UsageError(f"{folder} is a folder without {projects.FILE}; name one that `adopt` wrote, or a dump's file")
    project = projects.read(folder.absolute())
    names = list(project.environments)
    if not name and len(names) > 1:
        raise UsageError(f"{folder} holds {', '.join(names)}; write {folder}:{names[0]} for one of them")
    return _replica(*naming.replica(project, name or names[0], "baseline"), word, project)


def _together(files: tuple[Path, ...], of: Environment, place: str, project: Project) -> Source:
    """Return some files of an adopted project as one schema to copy, since it brings stand-ins for the platform."""
    read_ = [sources.read(f"{of.name}={path}", project, 0) for path in files]
    statements = tuple(statement for each in read_ for statement in each.statements)
    return sources.Source(of.name, place, statements, adopted=True, not_copied=of.not_copied)


def _live(environment: Environment, word: str, project: Project, version: int, connect: Any = live.connect) -> Origin:
    from pgproof.rehearsal import copying

    copy = copying.read(environment, project.hooks, at_least=version, connect=connect)
    return Origin(word, source=sources.of_copy(copy, word), rows=copy.rows, major=copy.major)


def _connected(word: str, name: str, project: Project, version: int) -> Origin:
    """Return the database of a connection string, read in a read-only transaction whatever its role may do."""
    from pydantic import SecretStr

    try:
        parameters = conninfo_to_dict(word)
    except psycopg.ProgrammingError:
        parameters = {}
    if not parameters:
        # Without a sign of a connection string it can be shown.
        shown = f" '{word}'" if not any(sign in word for sign in "@=/") else ""
        raise UsageError(f"{name}{shown} names no database: there is no such file or folder; expected {EXPECTED}")

    @contextmanager
    def connect(_: Environment, __: Hooks) -> Iterator[psycopg.Connection[Any]]:
        with reach.read_only(word, name) as connection:
            yield connection

    where = f"the database {parameters.get('dbname', '')} at {parameters.get('host', 'localhost')}"
    environment = Environment(name.lower(), name, name, dsn=SecretStr(word))
    found = _live(environment, name, project, version, connect)
    return Origin(where, found.source, rows=found.rows, major=found.major)

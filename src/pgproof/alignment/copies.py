"""Makes schema-only copies of both databases on one scratch server, on the platform that their project has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pgproof import catalog, migrations
from pgproof.adoption import adopting, baselines, beside
from pgproof.adoption.unknown import NOTHING, Unknown
from pgproof.catalog.statements.aligned import literal
from pgproof.errors import UsageError
from pgproof.postgres.seed import EMPTY
from pgproof.rehearsal import scene
from pgproof.rehearsal.findings import Result
from pgproof.rehearsal.scratch_server import ScratchServer
from pgproof.supabase import SCHEMAS, hosted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    import psycopg

    from pgproof.adoption.beside import Beside
    from pgproof.alignment.origins import Origin
    from pgproof.catalog import Catalog
    from pgproof.project import Project
    from pgproof.rehearsal.database import Database


# What scripts noted for their own way back, and kept for it, is about the original: it is not a part of the schema.
_MARKED = f"description LIKE {literal(f'{catalog.MARK}%')}"
_WITHOUT_MARKS = f"""
DO $$
DECLARE
  kept text;
BEGIN
  FOR kept IN
    SELECT n.nspname FROM pg_namespace n
    JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
    WHERE {_MARKED}
  LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', kept);
  END LOOP;
END
$$;
DELETE FROM pg_description WHERE {_MARKED} AND strpos(description, E'\\n') = 0;
UPDATE pg_description SET description = substr(description, strpos(description, E'\\n') + 1) WHERE {_MARKED}
""".encode()


@dataclass(frozen=True)
class Copy:
    """The copy of one database. place: as the user named it. base: the name of the scratch database that holds it.

    files: what makes the copy. missing: a line on each thing that could not be copied. notes: on what is left out of
    every copy. rows: estimates of the original's rows, by relation. settings: of the sessions that run its scripts.
    unknown: the objects that are not as they are there. beside: what is there and is not copied.
    """

    place: str
    base: str
    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    unknown: Unknown = NOTHING
    beside: Beside = beside.NOTHING


def server(*, supabase: bool, version: int) -> ScratchServer:
    """Return a server for copies. supabase: whether they have the hosted platform. Raises UsageError without one."""
    from pgproof.postgres import supervisor

    seed, owner = (hosted.seed(), hosted.OWNER) if supabase else (EMPTY, None)
    try:
        return ScratchServer(version, seed=seed, owner=owner)
    except supervisor.StartError as error:
        raise UsageError(f"there is no server to make copies on: {error}") from None


def make(stack: ExitStack, on: ScratchServer, origin: Origin, project: Project, folder: Path) -> Copy:
    """Make the copy of one database and return it; it lasts as long as the stack.

    folder: gets the files of a schema that has to be copied. Raises UsageError.
    """
    if origin.source is None:
        lacking: list[str] = []
        base = stack.enter_context(_filled(on, origin.files, origin, lacking))
        return Copy(origin.place, base, origin.files, tuple(lacking), settings=origin.settings)
    source = origin.source
    # What its owner had switched on in the dashboard, as its copy has it, too.
    with on.made(on.start, lambda connection: scene.give(connection, [source])) as start:
        copied = adopting.one(source, project, on, SCHEMAS if on.seed != EMPTY else (), start)
    path = folder / f"{copied.name}.sql"
    path.write_text(copied.sql, encoding="utf-8")
    base = stack.enter_context(_filled(on, [path], origin, []))
    return Copy(
        origin.place,
        base,
        (path,),
        copied.missing,
        copied.left_out,
        origin.rows,
        unknown=copied.unknown,
        beside=copied.beside,
    )


def _filled(on: ScratchServer, files: Sequence[Path], origin: Origin, lacking: list[str]) -> Any:
    """Return the context of a database with these files. lacking: what they could not make there is added to it."""
    read = migrations.baseline(files)
    if read.problems:
        problem = read.problems[0]
        raise UsageError(f"{problem.path}: {problem.what}; {problem.usually}")
    if read.unread:
        raise UsageError(f"{origin.place} cannot be copied: {read.unread[0]}")

    def fill(connection: psycopg.Connection[Any]) -> None:
        result = Result()
        scene.switch_on(connection, read.scripts, result)
        if result.undecided:
            raise UsageError(f"{origin.place} cannot be copied here: {result.undecided[0]}")
        database = replace(on.database(connection.info.dbname), settings=origin.settings)
        there = baselines.platform(connection)
        for script in read.scripts:
            with database.connect() as session:
                ran = baselines.run(session, script, there)
                told = baselines.notes(connection, ran.passed)
                lacking.extend(each for each in told if each.startswith(baselines.LACKING))
                if ran.failure is not None:
                    where = f"{ran.failure.statement.path}:{ran.failure.line}"
                    raise UsageError(f"{origin.place} cannot be copied: {where}: {ran.failure.message}")
                if ran.left_open:
                    session.execute("COMMIT")
        connection.execute(_WITHOUT_MARKS)

    return on.made(on.start, fill)


def look(database: Database) -> Catalog:
    """Return the catalog of a scratch database, with everything in it and its server's roles as they are for it."""
    connection = database.observer()
    # Beginning takes several statements, which cannot be prepared.
    connection.prepare_threshold = None
    catalog.prepare(connection)
    catalog.begin_reading(connection)
    try:
        return catalog.read(connection, prepared=True)
    finally:
        connection.execute("ROLLBACK")

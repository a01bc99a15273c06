"""Turns a schema that was read into one that runs on a replica, and says what is not as it was."""

from __future__ import annotations

import re
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof import catalog, scrub_sql
from pgproof.adoption import beside, contents, sorting, subjects, trial, unknown
from pgproof.adoption.contents import Adopted
from pgproof.catalog import differences
from pgproof.errors import UsageError, first_line
from pgproof.postgres.seed import Seed
from pgproof.record import scope
from pgproof.rehearsal.scratch_server import ScratchServer
from pgproof.scripts import migration
from pgproof.supabase import PLATFORM, PLATFORM_ROLE, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pgproof.adoption.sorting import Sorted
    from pgproof.adoption.sources import Source
    from pgproof.adoption.trial import Tried
    from pgproof.catalog import Catalog, Key
    from pgproof.catalog.differences import Difference
    from pgproof.project import Project

# What the replica's server has for all its databases.
_OF_THE_SERVER = frozenset(
    (
        "database",
        "extension",
        "extension dependency",
        "event trigger",
        "foreign data wrapper",
        "language",
        "not modelled",
    )
)
# Every object of a copy belongs to it.
_COPYS_OWNER = "postgres"
# A copy has no rows, so that nothing in it is populated.
_NOT_COPIED = ("owner", "populated")
_ELEMENT = re.compile(r"'(?:[^']|'')*'::character varying")
_CAST_LIST = re.compile(rf"\(ARRAY\[({_ELEMENT.pattern}(?:, {_ELEMENT.pattern})*)\]\)::text\[\]")


def adopt(sources: Sequence[Source], project: Project, version: int) -> list[Adopted]:
    """Return the schemas as files that run on replicas of this version. Raises UsageError if no server starts."""
    supabase = project.platform == "supabase"
    seed = Seed((PLATFORM,) if supabase else ())
    with closing(ScratchServer(version, seed=seed)) as server:
        return [one(each, project, server, SCHEMAS if supabase else ()) for each in sources]


def one(
    source: Source, project: Project, server: ScratchServer, platform: Collection[str], start: str | None = None
) -> Adopted:
    """Return one schema as a file that runs on this server. platform: the schemas that it begins with.

    start: the database in which it runs, the server's own if None. Raises UsageError if nothing in it is the project's
    own, or its copy does not run.
    """
    found = sorting.sort(
        source.statements,
        platform,
        project.hooks.verifying_role,
        adopted=source.adopted,
        not_copied=source.not_copied,
    )
    with server.clone(start or server.start) as database, database.connect() as connection:
        tried = trial.run(connection, found, platform=bool(platform))
    text = contents.sql(source.place, found, tried, platform=bool(platform))
    # Of a copy's copy, what that was said to lack is lacking, too.
    earlier = [line for line in source.not_copied or () if line not in found.missing]
    missing = [*found.missing, *_failed(tried), *earlier]
    changed: list[Difference] = []
    with server.clone(start or server.start) as database, database.connect() as connection:
        _prove(connection, text, source.name)
        if source.catalog is not None and not missing:
            changed += _not_as_there(source, connection, project)
            missing += [f"not as there: {each.text((source.name, 'the copy'))}" for each in changed]
    if not tried.order:
        raise UsageError(f"{source.place} makes nothing that is the project's own; dump its schema public, too")
    grants = any(each.kind == "GrantStmt" for each in source.statements)
    hidden = unknown.of(
        [*tried.failed, *found.absent],
        found.starred,
        nameless=bool(earlier),
        # A script that a person wrote leaves them to the platform's default privileges; pg_dump writes them all.
        grantless=source.catalog is None and found.qualified and not grants,
    )
    hidden |= unknown.Unknown(frozenset(each.identity for each in changed))
    return Adopted(
        source.name,
        source.place,
        text,
        tuple(_left_out(source, found, tried)),
        tuple(missing),
        hidden,
        beside.of(source, found, project, tried.extensions),
    )


def _failed(tried: Tried) -> Iterator[str]:
    """Yield a line on each object that cannot be made here; what only adds to it is not named again."""
    seen: set[tuple[str, ...]] = set()
    for statement, why in tried.failed.items():
        name = subjects.subject(statement.node)[:2]
        if name not in seen:
            yield f"{scrub_sql.replaced(statement.title)}: {why}"
        seen.add(name)


def _left_out(source: Source, found: Sorted, tried: Tried) -> Iterator[str]:
    yield from source.notes
    if source.rows:
        yield f"rows of {', '.join(source.rows)}"
    yield from found.left_out
    if found.platform:
        touched = {name[0] for each in found.platform if (name := subjects.subject(each.node))}
        schemas = sorted(touched.intersection(SCHEMAS))
        told = f": {', '.join(schemas)}" if schemas else ""
        yield f"what belongs to the platform, which replicas bring along{told}"
    if tried.stand_ins:
        yield f"stand-ins were made of the platform's {', '.join(tried.stand_ins)}"
    if tried.extensions:
        yield f"extensions that are not installed here: {', '.join(tried.extensions)}"
    if not any(statement.kind == "GrantStmt" for statement in tried.order):
        yield "grants: there were none; if the dump was made with --no-privileges, dump it without that"
    yield f"owners: every object belongs to {_COPYS_OWNER}"


def _prove(connection: psycopg.Connection[Any], text: str, name: str) -> None:
    """Run the file as a replica will. Raises UsageError if it does not run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{name}.sql")
        file.write_text(text, encoding="utf-8")
        try:
            migration.apply(connection, file)
        except psycopg.Error as error:
            raise UsageError(f"{name}: the copy does not run in one piece: {first_line(error)}") from None


def _not_as_there(source: Source, connection: psycopg.Connection[Any], project: Project) -> Iterator[Difference]:
    """Yield each object of the project that is not as in the live database, but for its owner."""
    assert source.catalog is not None, "only a live database was read"
    catalog.begin_reading(connection)
    try:
        here = catalog.read(connection)
    finally:
        connection.execute("ROLLBACK")
    there, here = (_own(each, project) for each in (source.catalog, here))
    for each in differences.between(there, here, roles=False):
        # A right on a member of an extension begins with what kind of thing that is.
        of = each.identity.partition(" ")[2] if each.kind == "changed grant" else each.identity
        if each.only == 1 and scope.schema_in(of) in SCHEMAS:
            # The platform that the copy is on may have more than the one there.
            continue
        yield each


def _own(everything: Catalog, project: Project) -> Catalog:
    """Return what of a catalog is the project's, as a record tells it from the platform's, without owners."""
    found = scope.of(everything, project)
    kept = {
        key: {name: _read_again(value) for name, value in attributes.items() if name not in _NOT_COPIED}
        for key, attributes in found.objects.items()
        if not (_is_the_servers(found, key) or scope.is_on_platform(found, key) or _follows_from_an_owner(found, key))
    }
    return replace(found, objects=kept)


def _read_again(value: Any) -> Any:
    """Return an attribute as PostgreSQL shows it after a dump: it moves the cast of a list to each of its elements."""
    if not isinstance(value, str):
        return value
    return _CAST_LIST.sub(lambda found: f"ARRAY[{_ELEMENT.sub(_cast, found[1])}]", value)


def _cast(element: re.Match[str]) -> str:
    return f"({element[0]})::text"


def _is_the_servers(found: Catalog, key: Key) -> bool:
    kind = found.parents.get(key, key)[0] if key[0] == "grant" else key[0]
    return kind in _OF_THE_SERVER


def _follows_from_an_owner(found: Catalog, key: Key) -> bool:
    """Return whether it is what an owner may do, or what a role of the platform grants on objects that it makes."""
    kind, identity = key
    if kind == "default privileges":
        return identity.startswith(f"of {PLATFORM_ROLE}")
    if kind != "grant" or key not in found.parents:
        return False
    holder = found.parents[key]
    if holder[0] == "column":
        holder = found.parents[holder]
    return identity.endswith((f" to {found.get(*holder).get('owner')}", f" to {_COPYS_OWNER}"))

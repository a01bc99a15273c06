"""Use between up and down: rows are added as people would under the new schema, and then the way back has to hold.

A down script that sets NOT NULL again, or a unique index, or the old labels of an enum, succeeds for as long as nobody
has used what the up script made possible. Rows in tables and columns that the up script itself creates go with them.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from pgproof.rehearsal import findings, shapes, touching
from pgproof.rehearsal.steps import apply
from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.findings import Finding, Result
    from pgproof.rehearsal.probing import Added
    from pgproof.rehearsal.shapes import Freedom, Shapes
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Script

NAME = "no-way-back-after-use"
# Beyond the rows of the baseline; each step goes on from where the last one ended.
_FIRST, _STEP = 9001, 500
_MOST = 8
_ADVICE = (
    "let the down script deal with such rows before it restores what refuses them (fill, merge or move them), or plan"
    " no way back once people have worked with the new schema"
)
_KEEP = "keep them: set aside what the old schema has no place for, and change no other row"
# Which freedom stands behind a failure of the way back, by the code of PostgreSQL's error.
_BEHIND = {"23502": "null", "23505": "same", "23P01": "same", "23514": "check", "23503": "parent"}


@dataclass(frozen=True)
class _Way:
    """One way back. ups: all that came before it. database: in use after them. added: the general rows there.

    before, after: the shapes around those scripts that it undoes. freedoms: what the tables take now; each is tried.
    """

    rehearsal: Rehearsal
    ups: Sequence[Script]
    database: Database
    before: Shapes
    after: Shapes
    downs: Sequence[Script]
    added: Sequence[Added]
    freedoms: Sequence[Freedom]


def way_back(rehearsal: Rehearsal, result: Result) -> Iterator[Finding]:
    """Yield what is wrong with the way back after each pair of scripts, or after all up scripts, once rows were added.

    The result is told of a later up script that fails on rows added after an earlier one. Lost rows count only if the
    scripts are reversible without any.
    """
    whole = any(each.name == "not-reversible" for each in result.findings)
    with ExitStack() as stack:
        database = stack.enter_context(rehearsal.after(()))
        before = first = _shapes(database)
        everything: list[Added] = []
        for step, script in enumerate(rehearsal.ups, 1):
            failure = apply(database, script).failure
            if failure is not None:
                result.notes.append(
                    f"{script.path}:{failure.line} fails once the scripts before it are in use: {failure.message}"
                )
                stack.close()
                database = stack.enter_context(rehearsal.after(rehearsal.ups[:step]))
                everything = []
            after = _shapes(database)
            downs = [rehearsal.pairs[step - 1][1]] if rehearsal.pairs else list(rehearsal.downs)
            general = _use(database, before, after, [script, *downs], _FIRST + step * _STEP)
            everything += general
            if rehearsal.pairs:
                free = tuple(shapes.freedoms(before, after))
                way = _Way(rehearsal, rehearsal.ups[:step], database, before, after, downs, general, free)
                yield from _back(way, lossy=not whole)
            before = after
        if not rehearsal.pairs and rehearsal.downs:
            free = tuple(shapes.freedoms(first, before))
            way = _Way(rehearsal, rehearsal.ups, database, first, before, rehearsal.downs, everything, free)
            yield from _back(way, lossy=not whole)


def _shapes(database: Database) -> Shapes:
    with database.connect() as connection:
        return shapes.read(connection)


def _use(database: Database, before: Shapes, after: Shapes, scripts: Sequence[Script], first: int) -> list[Added]:
    """Add rows to the tables that the scripts are about, and return them."""
    from pgproof import filling
    from pgproof.rehearsal.probing import Added

    about = {each.plain for each in shapes.changed(before, after)}
    with database.connect() as connection:
        tables = [
            each
            for each in filling.listed(connection)
            if touching.names_fully(each.name, scripts)
            or (each.schema not in SCHEMAS and (each.plain in about or touching.names(each.name, scripts)))
        ]
        filled = filling.fill(connection, tables, first=first, rows=lambda _: ("full", "sparse"))
    return [Added(table, row) for table, row in filled.rows]


def _back(way: _Way, *, lossy: bool) -> Iterator[Finding]:
    """Yield what is wrong with a way back. lossy: whether lost rows count."""
    if not way.added and not way.freedoms:
        return
    server = way.rehearsal.server
    server.keep(way.database)
    yield from _judged(way, lossy=lossy)
    server.resume(way.database)


def _judged(way: _Way, *, lossy: bool) -> Iterator[Finding]:
    """Yield what is wrong with a way back from a database that is kept."""
    failure, lost = _tried(way, way.freedoms)
    if failure is None:
        for table, what in lost if lossy else ():
            yield findings.about(NAME, way.downs[-1].path, f"{table}: {what}", _KEEP)
        return
    # Without the general rows, which may make use of a freedom themselves.
    with way.rehearsal.after(way.ups) as bare:
        way.rehearsal.server.keep(bare)
        alone = _Way(way.rehearsal, way.ups, bare, way.before, way.after, way.downs, (), ())
        each = ((freedom, _tried(alone, (freedom,))[0]) for freedom in way.freedoms)
        found = list(islice(((freedom, failed) for freedom, failed in each if failed is not None), _MOST))
    fitting = {(failed.line, failed.sqlstate) for freedom, failed in found if freedom.kind in _kinds(failed)}
    for freedom, failed in found:
        # A row that makes use of one freedom may also collide by another one, which is told by itself.
        if freedom.kind in _kinds(failed) or (failed.line, failed.sqlstate) not in fitting:
            yield _failed(failed, str(freedom))
    if not found:
        tables = ", ".join(sorted({row.table for row in way.added}))
        yield _failed(failure, _behind(failure, way.freedoms) or f"rows were added to {tables}")


def _behind(failure: Failure, freedoms: Sequence[Freedom]) -> str | None:
    """Return the freedom that ordinary rows made use of already, None if that cannot be told from the error."""
    diag = failure.diag
    if diag is None:
        return None
    kinds = _kinds(failure)
    for each in freedoms:
        table = diag.table_name is None or each.table.rpartition(".")[2].strip('"') == diag.table_name
        if each.kind in kinds and table and diag.column_name in (None, *each.columns):
            return str(each)
    return None


def _kinds(failure: Failure) -> set[str]:
    """Return the kinds of freedoms that a failure may come from, by its error code; none without a code."""
    if failure.sqlstate is None:
        return set()
    return {_BEHIND[failure.sqlstate]} if failure.sqlstate in _BEHIND else {"type", "label"}


def _failed(failure: Failure, once: str) -> Finding:
    what = f"the way back fails once {once}: {failure.message}"
    return findings.Finding(NAME, what, str(failure.statement.path), failure.line, _ADVICE)


def _tried(way: _Way, freedoms: Sequence[Freedom]) -> tuple[Failure | None, list[tuple[str, str]]]:
    """Make use of freedoms in a copy of the database and run the way back; return its failure, or what it lost."""
    from pgproof.rehearsal import probing

    with way.rehearsal.server.clone(way.database.name) as copy:
        with copy.connect() as connection:
            added = [*way.added, *_entered(connection, way.after, freedoms)]
            added = list(probing.settled(connection, added, way.after))
        for script in way.downs:
            failure = apply(copy, script).failure
            if failure is not None:
                return failure, []
        with copy.connect() as connection:
            three = way.before, way.after, shapes.read(connection)
            return None, list(probing.lost(connection, added, three))


def _entered(connection: psycopg.Connection[Any], now: Shapes, freedoms: Sequence[Freedom]) -> list[Added]:
    from pgproof import filling
    from pgproof.rehearsal import probing

    plain = {each.name: each.plain for each in now.tables.values()}
    filler = filling.Filler(connection, _FIRST - 1000)
    added = []
    for freedom in freedoms:
        found = probing.enter(connection, filler, freedom, plain[freedom.table])
        if found is not None:
            added.append(found)
    return added

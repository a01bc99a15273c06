"""Who fires the triggers of a messaging table with a search path of its own, in which these triggers then run.

A function's SET search_path also holds for the triggers that its statements fire, unless their functions set one
themselves (PostgreSQL: CREATE FUNCTION, SET configuration_parameter).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connect.guide.functions import FUNCTIONS
from connect.guide.settings import search_paths
from pgproof.machinery import bodies, triggers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.catalog import Catalog
    from pgproof.machinery.bodies import Body
    from pgproof.machinery.reading import Machinery

_SCHEMA = "public"
_PATH = "search_path"


class Writer(NamedTuple):
    """One write of a table in a search path that a function sets: its name, path and what it or its triggers write.

    table: as in "public.rooms". operation: INSERT, UPDATE or DELETE, of these columns.
    """

    name: str
    path: tuple[str, ...]
    table: str
    operation: str
    columns: frozenset[str]


class _Running(NamedTuple):
    name: str
    path: tuple[str, ...]
    body: Body


def writers(catalog: Catalog, machinery: Machinery, role: str) -> list[Writer]:
    """Return the writes of the messaging tables by the five functions and the triggers that set a search path.

    role: session_replication_role. What stands in a branch, a loop or a block with a handler is left out, and so is a
    body that speaks of search_path itself. Raises pglast's ParseError.
    """
    waiting = [*_functions(catalog, machinery), *_triggers(machinery, role)]
    found: dict[Writer, None] = {}
    while waiting:
        running = waiting.pop(0)
        for writer in _writes(running):
            if writer in found:
                continue
            found[writer] = None
            for trigger in machinery.triggers:
                # One that sets no path hands it on to the triggers that it fires.
                if (
                    trigger.table != writer.table
                    or _sets(trigger.settings)
                    or not triggers.fires(trigger, role)
                    or not triggers.applies(trigger, writer.operation, writer.columns)
                ):
                    continue
                read = triggers.body(trigger, writer.operation)
                if read is not None and _PATH not in trigger.body:
                    waiting.append(_Running(writer.name, writer.path, read))
    return list(found)


def _functions(catalog: Catalog, machinery: Machinery) -> Iterator[_Running]:
    for name, function in FUNCTIONS.items():
        found = catalog.get("function", function.identity)
        settings, text = found.get("settings") or (), found.get("body") or ""
        if not found or not _sets(settings) or found["result"] == "trigger" or _PATH in text:
            continue
        read = bodies.read(found["language"], text)
        if read is not None:
            (path,) = search_paths(machinery, settings)
            named = tuple(found["owner"] if each == "$user" else each for each in path)
            yield _Running(f"{_SCHEMA}.{name}", named, read)


def _triggers(machinery: Machinery, role: str) -> Iterator[_Running]:
    for trigger in machinery.triggers:
        if not _sets(trigger.settings) or not triggers.fires(trigger, role) or _PATH in trigger.body:
            continue
        (path,) = search_paths(machinery, trigger.settings)
        for operation in trigger.operations:
            read = triggers.body(trigger, operation)
            if read is not None and "$user" not in path and triggers.applies(trigger, operation, trigger.columns):
                yield _Running(trigger.calls, tuple(path), read)


def _sets(settings: Sequence[str]) -> bool:
    return any(each.startswith(f"{_PATH}=") for each in settings)


def _writes(running: _Running) -> Iterator[Writer]:
    for statement in running.body.statements(nested=False):
        for kind, (schema, table), columns in statement.writes:
            if schema == _SCHEMA or (not schema and _SCHEMA in running.path):
                yield Writer(running.name, running.path, f"{_SCHEMA}.{table}", kind.upper(), frozenset(columns))

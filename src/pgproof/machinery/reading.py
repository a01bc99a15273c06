"""Reads what decides what happens on a write: settings by role and database, triggers with their bodies, and names."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

# The bits of pg_trigger.tgtype.
_ROW, _BEFORE, _INSERT, _UPDATE, _INSTEAD = 1, 2, 4, 16, 64


class Setting(NamedTuple):
    """One value of pg_db_role_setting. role: empty for every role. here: whether it is of this database alone."""

    role: str
    here: bool
    name: str
    value: str

    @property
    def reset(self) -> str:
        """How it is taken back, {database} for the name of the database."""
        if not self.role:
            return f"ALTER {'DATABASE {database}' if self.here else 'ROLE ALL'} RESET {self.name}"
        return f"ALTER ROLE {self.role}{' IN DATABASE {database}' if self.here else ''} RESET {self.name}"


@dataclass(frozen=True)
class Trigger:
    """One trigger of a table, and the function that it calls.

    table: as in "public.rooms". enabled: as pg_trigger.tgenabled. columns: of UPDATE OF, empty for any. condition: of
    WHEN. transition: whether it names transition tables.
    """

    name: str
    table: str
    enabled: str
    before: bool
    each_row: bool
    operations: tuple[str, ...]
    columns: tuple[str, ...]
    condition: str | None
    calls: str
    language: str
    body: str
    volatile: bool
    settings: tuple[str, ...]
    transition: bool


class Function(NamedTuple):
    """A function that some body may call.

    parameters: the names of what it takes, empty for those that have none. returns_set: whether it returns rows.
    settings: of its own, as in pg_proc.proconfig.
    """

    schema: str
    name: str
    language: str
    body: str
    parameters: tuple[str, ...] = ()
    returns_set: bool = False
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machinery:
    """What decides what happens on a write.

    settings: of the roles asked for, of this database and of all. may_set: by role, what it may set at run time.
    database: its name, quoted where it has to be.
    relations: the columns of each relation that a body may name, by schema and name. functions: likewise. wal_level:
    of the server. roles: the names of all. callable_names: functions that a setting of the API may name. calls: the
    schemas that have a function or type of that name, for each name that a body seems to call. set_names: the names of
    all settings by role and database, whose values may be secrets. known_settings: which of those that a body seems to
    ask for the server itself knows.
    """

    settings: tuple[Setting, ...] = ()
    may_set: frozenset[tuple[str, str]] = frozenset()
    connects: bool = True
    connection_limit: int = -1
    wal_level: str = ""
    roles: frozenset[str] = frozenset()
    callable_names: frozenset[tuple[str, str]] = frozenset()
    triggers: tuple[Trigger, ...] = ()
    relations: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    database: str = ""
    set_names: tuple[tuple[str, bool, str], ...] = ()
    known_settings: frozenset[str] = frozenset()


@cache
def _query() -> bytes:
    return Path(__file__).with_suffix(".sql").read_bytes()


def ask(
    connection: psycopg.Connection[Any],
    tables: Sequence[str],
    bodies: Sequence[str],
    roles: Sequence[str],
    settings: Sequence[str],
) -> psycopg.RawCursor[Any]:
    """Ask for the machinery: in pg_db_role_setting, pg_trigger, pg_proc, pg_class and pg_attribute.

    Returns at once within connection.pipeline(); told() returns the machinery.
    tables: whose triggers are read. bodies: of functions whose names are looked up, beside those of the triggers.
    settings: the names that count; others may be secrets and are not read. Raises psycopg.Error.
    """
    from psycopg import RawCursor

    return RawCursor(connection).execute(_query(), [list(tables), list(bodies), list(roles), list(settings)])


def told(asked: psycopg.RawCursor[Any]) -> Machinery:
    """Return the machinery that was asked for, once the pipeline has ended."""
    row = asked.fetchone()
    assert row is not None, "a SELECT without FROM returns a row"
    found = row[0]
    return Machinery(
        tuple(Setting(*each) for each in found["settings"]),
        frozenset((role, name) for role, name in found["granted"]),
        found["connects"],
        found["connection limit"],
        found["wal level"],
        frozenset(found["roles"]),
        frozenset((schema, name) for schema, name in found["functions to call"]),
        tuple(_trigger(each) for each in found["triggers"]),
        {(schema, name): frozenset(columns or ()) for schema, name, columns in found["relations"]},
        tuple(_function(each) for each in found["functions"]),
        {name: frozenset(schemas or ()) for name, schemas in found["calls"]},
        found["database"],
        tuple((role, here, name) for role, here, name in found["set names"]),
        frozenset(found["known settings"]),
    )


def _function(found: Mapping[str, Any]) -> Function:
    lists = {name: tuple(found[name] or ()) for name in ("parameters", "settings")}
    return Function(**{**found, **lists})


def _trigger(found: Mapping[str, Any]) -> Trigger:
    kind = found["type"]
    operations = [name for bit, name in ((_INSERT, "INSERT"), (_UPDATE, "UPDATE")) if kind & bit]
    _, when, condition = found["definition"].rpartition(" WHEN (")
    return Trigger(
        found["name"],
        found["table"],
        found["enabled"],
        before=bool(kind & (_BEFORE | _INSTEAD)),
        each_row=bool(kind & _ROW),
        operations=tuple(operations),
        columns=tuple(found["columns"] or ()),
        condition=condition.rpartition(") EXECUTE FUNCTION ")[0] if when else None,
        calls=found["calls"],
        language=found["language"],
        body=found["body"],
        volatile=found["volatile"],
        settings=tuple(found["settings"] or ()),
        transition=found["transition"],
    )

"""Everything that the read-only tests judge of Connect: catalog, facts about the data, and the validation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from connect import hardening, integrity, state
from connect.guide import callers, filled, reach, running
from connect.paths import VALIDATION
from connect.schema import SCHEMAS
from connect.strangers import violations as readable_by_strangers
from pgproof import snapshot
from pgproof.machinery import reading as machines
from pgproof.reach import reading
from pgproof.scripts import migration
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgproof.catalog import Catalog
    from pgproof.environments import Environment
    from pgproof.machinery.reading import Machinery


class Check(NamedTuple):
    """One row of 004_validation.sql."""

    check: str
    status: str
    expected: str
    actual: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Snapshot(snapshot.Snapshot):
    """A snapshot of a messaging system.

    facts: about the data. steps: of the front end and others, by name, each with what keeps its caller from it.
    machinery: what decides what happens on a write. unfilled: foreign keys that refuse every row.
    validation: the rows of 004. state: which of the environment's migrations the catalog shows.
    not_validated: why 004 could not run, None if it did.
    """

    facts: integrity.Facts
    steps: Mapping[str, reach.Result]
    validation: tuple[Check, ...]
    state: state.State
    machinery: Machinery
    unfilled: tuple[filled.Key, ...] = ()
    not_validated: str | None = None

    @property
    def title(self) -> str:
        """One line that says what was judged."""
        return f"{super().title}, {self.state}"


def read(environment: Environment, connection: psycopg.Connection[Any], *, with_lints: bool = False) -> Snapshot:
    """Return the snapshot, read in three round trips; call catalog.begin_reading first.

    Raises psycopg.Error, and ScriptError if the validation script itself has a syntax error.
    """
    with connection.pipeline():
        # What depends on nothing else is asked at once, so that a long way to the server is gone once.
        asked = snapshot.ask(connection, SCHEMAS, with_lints=with_lints)
        asked_ways = reading.ask(connection, callers.ROLES, reach.RELATIONS)
    plain = snapshot.told(environment, connection, asked)
    ways = reading.told(asked_ways)
    with connection.pipeline():
        # Likewise what depends on the catalog alone.
        asked_facts = None if _is_deep(environment) else integrity.ask(connection, plain.catalog, _seconds(environment))
        asked_machinery = running.ask(connection, plain.catalog)
        asked_keys = filled.ask(connection, plain.catalog)
    if asked_facts is None:
        facts, unread = _deep(environment, connection, plain.catalog)
    else:
        facts = integrity.told(asked_facts)
        unread = _promised(facts)
    machinery = machines.told(asked_machinery)
    unfilled = filled.told(connection, asked_keys)
    steps = {name: reach.judge(ways, name) for name in reach.STEPS}
    expected = environment.expected_messages
    telling = b"" if expected is None else f"SET LOCAL connect.expected_messages = '{expected}';".encode()
    telling += _reading(environment, facts)
    not_validated = None
    try:
        checks = migration.apply(connection, VALIDATION, telling).rows
    except psycopg.errors.UndefinedColumn as error:
        # A criterion of its own says which columns the guide needs. Nothing is asked of the database after this.
        checks, not_validated = (), error.diag.message_primary
    except psycopg.errors.SyntaxError as error:
        raise migration.failed(VALIDATION, error, telling.decode()) from None
    if plain.violations is not None:
        ours = (*hardening.violations(plain.catalog), *readable_by_strangers(plain.catalog))
        plain = replace(plain, violations=(*plain.violations, *ours))
    return Snapshot(
        **{**vars(plain), "advice": (*plain.advice, *unread, *reach.unseen(steps.values()))},
        facts=facts,
        steps=steps,
        validation=tuple(Check(*row) for row in checks),
        state=state.of(environment, plain.catalog),
        machinery=machinery,
        unfilled=unfilled,
        not_validated=not_validated,
    )


def _is_deep(environment: Environment) -> bool:
    return environment.is_live and environment.deep


def _seconds(environment: Environment) -> float | None:
    """Return for how long rows may be read: of a live database for as long as nobody notices, else all of them."""
    return integrity.SECONDS * unit() if environment.is_live else None


def _deep(
    environment: Environment, connection: psycopg.Connection[Any], catalog: Catalog
) -> tuple[integrity.Facts, tuple[str, ...]]:
    """Return the facts by reading every row, and advice on what of the data was not looked at."""
    from connect import deep
    from pgproof.postgres.reach import connect
    from pgproof.secret import Secret

    assert environment.dsn is not None, "only a live database is read in depth"
    dsn = Secret(environment.dsn.get_secret_value())
    found = deep.read(
        environment.name, connection, catalog, lambda: connect(dsn, environment.name, environment.dsn_variable)
    )
    return found.facts, found.advice


def _promised(facts: integrity.Facts) -> tuple[str, ...]:
    """Return advice on what of the data was not looked at."""
    promised = sorted(name.removeprefix("orphans ") for name, fact in facts.items() if fact.unread)
    if not promised:
        return ()
    return (
        f"that nothing is missing is taken from valid foreign keys ({', '.join(promised)}); --deep reads every row",
    )


def _reading(environment: Environment, facts: integrity.Facts) -> bytes:
    """Return what tells 004 how much to read: nothing again where there is too much of it."""
    if not environment.is_live or environment.deep:
        return b"SET LOCAL connect.deep = 'on';"
    if all(facts[name].complete or facts[name].proved for name in ("messages without seq", "duplicate seq")):
        return b""
    return b"SET LOCAL connect.seconds = '0';"

"""A live database: reached with bounded waits, and read only once it is proved that the role cannot write.

The lock is the role's missing grants; the read-only transaction and its timeouts are the seat belt. The proof takes one
round trip, and until its answer is there nothing else is asked. What the role could only do by calling a function is
advice, not a refusal: a live run calls none.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from pgproof import background, catalog
from pgproof.errors import UsageError
from pgproof.postgres import reach
from pgproof.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgproof.environments import Environment
    from pgproof.hooks import Hooks
    from pgproof.postgres.bounded import BoundedConnection
    from pgproof.project import Project

# As many of a list as a line of advice names.
_NAMED = 3


class Reading(NamedTuple):
    """A live database that may be read. advice: what its owner should know of the role, a line each."""

    connection: BoundedConnection
    advice: tuple[str, ...]


@cache
def _query(name: str) -> bytes:
    return Path(__file__).with_name(f"{name}.sql").read_bytes()


@contextmanager
def connect(environment: Environment, hooks: Hooks) -> Iterator[BoundedConnection]:
    """Yield a connection in one read-only, repeatable-read transaction.

    hooks: of the environment's project; they name the tables that must exist and be readable. Raises UsageError,
    without secrets, if the database cannot be reached, could be written, or lacks a table.
    """
    with reading(environment, hooks) as found:
        yield found.connection


@contextmanager
def reading(environment: Environment, hooks: Hooks) -> Iterator[Reading]:
    """Yield such a connection with the advice that its check gave; see connect()."""
    assert environment.dsn is not None, "only a live environment can be connected to"
    dsn = Secret(environment.dsn.get_secret_value())
    # Closing ends the transaction without asking the server once more.
    with closing(reach.connect(dsn, environment.name, environment.dsn_variable, hooks.verifier_role)) as connection:
        try:
            yield Reading(connection, _begun_read_only(environment, hooks, connection))
        except psycopg.Error as error:
            raise reach.answered(error, environment.name) from None


def refusals(names: Iterable[str], project: Project) -> Iterator[str]:
    """Connect to the live databases of these environments, all at once; yield why one cannot be read, a text each."""

    def refusal(name: str) -> str | None:
        try:
            with connect(project.chosen([name], live_only=True)[0], project.hooks):
                return None
        except UsageError as error:
            return str(error)

    asked = [background.started(partial(refusal, name)) for name in names]
    yield from (said for each in asked if (said := each.result()) is not None)


def _begun_read_only(environment: Environment, hooks: Hooks, connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Begin the transaction, and return advice.

    Raises UsageError unless the transaction and the role can only read, and the tables are there.
    """
    cursor = psycopg.RawCursor(connection)
    with connection.pipeline():
        catalog.begin_reading(connection)
        cursor.execute(_query("read_only_check"), [list(hooks.tables), list(hooks.schemas or ())])
    found = cursor.fetchone()
    assert found is not None, "the check returns a row"
    version, role, database, read_only, powers, missing, unreadable, callable_, of_extensions, has_policies = found
    name = environment.name
    reach.supported(version, name)
    if not read_only:
        raise UsageError(f"{name}: the server did not make the transaction read-only; nothing was read from it")
    if powers:
        raise UsageError(
            _refusal(connection, f"{name}: the role {role}", powers, hooks, is_its_own=role == hooks.verifier_role)
        )
    if missing:
        raise UsageError(
            f"{name}: the database {database} has no {', '.join(missing)}; is {environment.dsn_variable} right?"
        )
    if unreadable:
        advice = f"run {hooks.verifier_script}" if hooks.verifier_script else "grant it SELECT"
        raise UsageError(f"{name}: the role {role} may not read {', '.join(unreadable)}; {advice}")
    return tuple(_advice(role, callable_, of_extensions, has_policies=has_policies))


def _refusal(
    connection: psycopg.Connection[Any], subject: str, powers: Sequence[str], hooks: Hooks, *, is_its_own: bool
) -> str:
    """Return every reason in one line, and below it one statement a line that takes the power away.

    is_its_own: whether the role is the one that the project has for live runs. Of any other, which the application may
    need as it is, only what PUBLIC may do is taken: the project's own role would have that as well.
    """
    has_another = bool(hooks.verifier_script) and not is_its_own
    statements = [statement for (statement,) in psycopg.RawCursor(connection).execute(_query("mending"), [has_another])]
    said = [f"{subject} can do more than read: {'; '.join(powers)}; "]
    if has_another or not statements:
        script, role = hooks.verifier_script, hooks.verifier_role
        said.append(f"run {script} and use {role}" if script else "use a role that can only read")
    if statements:
        said.append(" and, as " if has_another else "as ")
        said.append("the database's owner (postgres on a hosted project), run")
    return "\n".join(("".join(said), *statements))


def _advice(role: str, functions: Sequence[str], relations: Sequence[str], *, has_policies: bool) -> Iterator[str]:
    """Yield what the role could write by calling a function, and what an extension lets everybody write."""
    if functions:
        count = "1 function that has" if len(functions) == 1 else f"{len(functions)} functions that have"
        calls = "in this run only a policy could call one" if has_policies else "this run calls none of them"
        yield f"{role} may execute {count} the owner's rights ({_some(functions)}); {calls}"
    if relations:
        yield f"{role}, like everybody, may by an extension's grants: {_some(relations)}; this run does not"


def _some(names: Sequence[str]) -> str:
    return ", ".join((*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])))

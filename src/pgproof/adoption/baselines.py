"""Runs a file of a baseline, which may be the dump of a hosted project: that has the platform's own objects, too.

The database that gets it has the platform already, and its owner may not touch all of it. So what fails there for that
reason is passed over; what is the project's own has to run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.adoption import sorting, subjects, trial
from pgproof.scripts import running
from pgproof.supabase import PLATFORM_ROLE, PLATFORM_ROLES, SCHEMAS
from pgproof.supabase.hosted import stand_ins

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import psycopg

    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Script, Statement

_IDLE, _FAILED = 0, 3
# And a second primary key.
_IS_THERE = (*trial.IS_THERE, "42P16")
# insufficient_privilege, and undefined_table.
_NOT_ALLOWED, _NO_TABLE = "42501", "42P01"
# undefined_object: of a setting, one that the server is too old for.
_UNKNOWN = "42704"
# feature_not_supported: of an extension, one of which the server has no files.
_NOT_AVAILABLE = "0A000"
# Syntax errors and wrong rights, and a grant of what the role was granted itself.
_CLASSES = ("42", "0L")
_PUBLICATION = "supabase_realtime"
_ADVICE = (
    "let the baseline hold your own schemas and the extensions alone, as these write them: supabase db dump, or"
    " pg_dump --schema-only --schema=public --extension='*'"
)
# Settings that the server is too old for, and extensions that it lacks.
_ALONE = {"VariableSetStmt": _UNKNOWN, "CreateExtensionStmt": _NOT_AVAILABLE}
_NOT_HERE = re.compile(
    rf'role "(?:{PLATFORM_ROLE}\w+|{"|".join(PLATFORM_ROLES)})" does not exist|extension "[\w-]+" does not exist'
)
# Of a dump that has rows.
_MOVES = re.compile(r"\bpg_catalog\.setval\('\"?(?P<schema>\w+)\"?\.")
_MAKES = frozenset(
    (
        "CreateStmt",
        "CreateTableAsStmt",
        "CreateFunctionStmt",
        "CreateSeqStmt",
        "CreateEnumStmt",
        "CreateRangeStmt",
        "CreateDomainStmt",
        "CompositeTypeStmt",
        "DefineStmt",
        "ViewStmt",
    )
)
_EXISTS = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = %(name)s)
  OR EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid AND p.proname = %(name)s)
  OR EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.typnamespace = n.oid AND t.typname = %(name)s)
FROM pg_catalog.pg_namespace n WHERE n.nspname = %(schema)s
"""
# What a note on something that is missing begins with.
LACKING = "not in the baseline: "


@dataclass(frozen=True)
class Built:
    """What came of a file. failure: what it ended with, None if it did not. passed: the failures that stopped nothing.

    left_open: a transaction was still open at the end.
    """

    failure: Failure | None
    passed: tuple[Failure, ...] = ()
    left_open: bool = False


def platform(connection: psycopg.Connection[Any]) -> frozenset[str]:
    """Return the platform's schemas if a database has a platform, to be asked before the first file runs in it."""
    has_one = connection.execute("SELECT pg_catalog.to_regnamespace('auth') IS NOT NULL").fetchone() == (True,)
    return frozenset(SCHEMAS if has_one else ())


def run(connection: psycopg.Connection[Any], script: Script, there: frozenset[str]) -> Built:
    """Run a file as the owner of the database.

    there: what platform() returned. Within a transaction of the file or its runner, nothing is passed over.
    """
    within = not connection.autocommit
    if script.wrapped or (within and any(each.kind == "TransactionStmt" for each in script.statements)):
        ran = running.run(connection, script)
        return Built(ran.failure, (), ran.left_open)
    passed: list[Failure] = []
    for each in script.statements:
        failure = _run(connection, each)
        if failure is None:
            continue
        alone = within or (not connection.closed and connection.info.transaction_status == _IDLE)
        if not (alone and _is_passed_over(failure, there)):
            return Built(failure, tuple(passed))
        passed.append(failure)
    return Built(None, tuple(passed), not connection.closed and connection.info.transaction_status != _IDLE)


def advice(script: Script, there: frozenset[str]) -> str | None:
    """Return what to do about a file that does not run, None if it is no dump of a hosted project."""
    dumped = any("pg_catalog.set_config('search_path', ''" in each.text for each in script.statements)
    return _ADVICE if dumped and there else None


def notes(connection: psycopg.Connection[Any], passed: Sequence[Failure]) -> Iterator[str]:
    """Yield a line on each thing that the database lacks since its statement was passed over, and one on the others.

    connection: to that database.
    """
    known = []
    for each in passed:
        if _is_missed(connection, each.statement):
            yield f"{LACKING}{each.statement.title}: {each.message}"
        else:
            known.append(each)
    if known:
        first = known[0]
        more = f", and {len(known) - 1} more" if len(known) > 1 else ""
        yield (
            "passed over in the baseline, as the platform or the server has its own:"
            f" {first.statement.path}:{first.line}: {first.message}{more}"
        )


def _run(connection: psycopg.Connection[Any], statement: Statement) -> Failure | None:
    failure = _once(connection, statement)
    status = connection.info.transaction_status
    if failure is None or statement.kind != "CreatePublicationStmt" or status == _FAILED:
        return failure
    # The platform's is empty, and a project makes it anew with what is to be in it.
    own = statement.node.pubname == _PUBLICATION and failure.sqlstate in _IS_THERE
    return _once(connection, sorting.anew(statement)) if own else failure


def _once(connection: psycopg.Connection[Any], statement: Statement) -> Failure | None:
    """Run a statement. If the connection's own transaction is around it, that goes on after a failure."""
    if connection.autocommit:
        return running.execute(connection, statement)
    connection.execute("SAVEPOINT baseline")
    failure = running.execute(connection, statement)
    connection.execute("RELEASE baseline" if failure is None else "ROLLBACK TO baseline")
    return failure


def _is_passed_over(failure: Failure, there: frozenset[str]) -> bool:
    statement, state = failure.statement, failure.sqlstate or ""
    kind, node, names = statement.kind, statement.node, subjects.subject(statement.node)
    inside = _is_in(there, node, names)
    if kind in _ALONE:
        return state == _ALONE[kind] and (kind == "VariableSetStmt" or _has_stand_in(node.extname, there))
    if kind == "CreateSchemaStmt":
        return state in _IS_THERE and node.schemaname in {"public", *there}
    if kind == "SelectStmt" or kind in sorting.ROWS:
        moved = _MOVES.search(statement.text) if kind == "SelectStmt" else None
        return (inside or (moved is not None and moved["schema"] in there)) and state in (_NOT_ALLOWED, _NO_TABLE)
    if _object_kind(node) == "OBJECT_EXTENSION" or subjects.changes_owner(node):
        # The platform's roles and extensions are not all here.
        return state == _NOT_ALLOWED or (state == _UNKNOWN and _NOT_HERE.search(failure.message) is not None) or inside
    if not sorting.is_platforms(statement, names, there):
        return inside and state in _IS_THERE
    # Of its tables and functions, the server may have another version than the database that was dumped.
    wide = inside or kind in ("AlterDefaultPrivilegesStmt", "CreateEventTrigStmt")
    return state in (*_IS_THERE, _NOT_ALLOWED, _UNKNOWN) or (wide and state[:2] in _CLASSES)


def _has_stand_in(extension: str, there: frozenset[str]) -> bool:
    return bool(there) and extension in stand_ins.known()


def _is_in(there: Collection[str], node: Any, names: subjects.Names) -> bool:
    """Return whether a name is that of an object in one of the schemas, or of the schema itself."""
    return bool(names) and names[0] in there and (len(names) > 1 or _object_kind(node) == "OBJECT_SCHEMA")


def _object_kind(node: Any) -> str:
    """Return what a comment, a grant or a label is about, in PostgreSQL's own word."""
    return getattr(getattr(node, "objtype", None), "name", "")


def _is_missed(connection: psycopg.Connection[Any], statement: Statement) -> bool:
    """Return whether what a statement makes is not there under any definition, or has another owner than it should."""
    names = subjects.subject(statement.node)
    if subjects.changes_owner(statement.node):
        return len(names) > 1 and names[0] not in SCHEMAS
    makes = statement.kind in _MAKES and len(names) > 1
    return makes and connection.execute(_EXISTS, {"schema": names[0], "name": names[1]}).fetchone() == (False,)

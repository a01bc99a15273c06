"""Runs a sorted dump on a replica's server, to learn what runs there, and in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.adoption import subjects
from pgproof.catalog.statements.aligned import identifier
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from pgproof.adoption.sorting import Sorted
    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Statement

# Bodies may name what is created later, or what only the platform has.
SESSION = "SET {local}check_function_bodies = false;\nSET {local}client_min_messages = warning"
_QUALIFIED = "SET {local}search_path = ''"
# The platform's own defaults would give new objects grants that they do not have there.
NO_DEFAULTS = "\n".join(
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {kind} FROM anon, authenticated, service_role;"
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS")
)
# duplicate_object, …_schema, …_table, …_function: the platform has it.
IS_THERE = ("42710", "42P06", "42P07", "42723")
_HAS_POLICY = """
SELECT EXISTS (SELECT FROM pg_policies WHERE policyname = %s AND schemaname = %s AND tablename = %s)
"""
_NAME = re.compile(r'"?(\w+)"?\."?(\w+)"?')


@dataclass
class Tried:
    """What came of it. before: roles and stand-ins for the platform's objects. order: of the project's statements.

    stand_ins: the names of the former. extensions: that are not to be had here. failed: with the server's words.
    """

    before: list[str] = field(default_factory=list)
    order: list[Statement] = field(default_factory=list)
    stand_ins: list[str] = field(default_factory=list)
    extensions: list[str] = field(default_factory=list)
    failed: dict[Statement, str] = field(default_factory=dict)


def session(sorted_dump: Sorted, *, local: bool = False) -> str:
    """Return the settings with which a dump's statements run. local: for one transaction."""
    settings = [SESSION, *([_QUALIFIED] if sorted_dump.qualified else [])]
    return ";\n".join(settings).format(local="LOCAL " if local else "") + ";"


def run(connection: psycopg.Connection[Any], found: Sorted, *, platform: bool) -> Tried:
    """Run a dump in a database that holds nothing but the platform, and return what came of it."""
    tried = Tried(before=list(_roles(connection, found)))
    connection.execute("\n".join([session(found), *([NO_DEFAULTS] if platform else []), *tried.before]).encode())
    spare = _made_by(found.platform)
    rest = found.own
    while rest:
        failures = _once(connection, rest, tried.order)
        needed = [each for statement in failures for each in _needed(statement.text, spare)]
        _stand_in(connection, needed, tried)
        if not needed and len(failures) == len(rest):
            break
        rest = list(failures)
    else:
        failures = {}
    late = _once(connection, found.late, tried.order)
    for statement, failure in {**failures, **late}.items():
        if statement.kind == "CreateExtensionStmt":
            tried.extensions.append(statement.node.extname)
        else:
            tried.failed[statement] = failure.message
    tried.stand_ins = list(dict.fromkeys(tried.stand_ins))
    return tried


def _once(
    connection: psycopg.Connection[Any], statements: Sequence[Statement], order: list[Statement]
) -> dict[Statement, Failure]:
    """Run statements once each, append those that succeed to the order, and return the others."""
    failures = {}
    for statement in statements:
        failure = running.execute(connection, statement)
        if failure is None:
            order.append(statement)
        elif failure.sqlstate not in IS_THERE and not _is_the_platforms(connection, statement):
            failures[statement] = failure
    return failures


def _is_the_platforms(connection: psycopg.Connection[Any], statement: Statement) -> bool:
    """Return whether a policy is one that an extension brings along for its own table: a dump has it all the same."""
    if statement.kind != "CreatePolicyStmt":
        return False
    table = statement.node.table
    found = connection.execute(_HAS_POLICY, [statement.node.policy_name, table.schemaname, table.relname]).fetchone()
    return found == (True,)


def _stand_in(connection: psycopg.Connection[Any], needed: Sequence[Statement], tried: Tried) -> None:
    """Run the platform's statements, except on objects that are there already, and note what was made."""
    there = set()
    for statement in needed:
        name = ".".join(subjects.subject(statement.node))
        if name in there:
            continue
        failure = running.execute(connection, statement)
        if failure is None:
            tried.before.append(f"{statement.text};")
            tried.stand_ins.append(name)
        elif failure.sqlstate in IS_THERE:
            there.add(name)


def _made_by(platform: Sequence[Statement]) -> dict[tuple[str, ...], list[Statement]]:
    """Return the statements that make and complete each of the platform's objects, by its name, in order."""
    found: dict[tuple[str, ...], list[Statement]] = {}
    for each in platform:
        if each.kind not in ("GrantStmt", "CommentStmt", "AlterDefaultPrivilegesStmt"):
            found.setdefault(subjects.subject(each.node), []).append(each)
    return found


def _needed(text: str, spare: dict[tuple[str, ...], list[Statement]]) -> Iterator[Statement]:
    """Yield the platform's statements that make what a text names, each once; what those need comes first."""
    for name in _NAME.findall(text):
        for key in (name[:1], name):
            for maker in spare.pop(key, ()):
                yield from _needed(maker.text, spare)
                yield maker


def _roles(connection: psycopg.Connection[Any], found: Sorted) -> Iterator[str]:
    """Yield statements that make the roles which the project's statements name and the server lacks.

    None of them can log in or has more rights than its grants give it, but for row-level security.
    """
    there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    named = {role for each in (*found.own, *found.late) for role in subjects.roles(each.node)} - there
    attributes = {
        each.node.role: [word for word in ("NOINHERIT", "BYPASSRLS") if re.search(rf"\b{word}\b", each.text)]
        for each in found.roles
        if each.kind == "CreateRoleStmt"
    }
    for name in sorted(named):
        words = " ".join(["NOLOGIN", *attributes.get(name, [])])
        yield _unless_there(f"CREATE ROLE {identifier(name)} {words}")
    for each in found.roles:
        if each.kind != "GrantRoleStmt":
            continue
        members = subjects.roles(each.node)
        if members <= named | there and members & named and "postgres" not in members:
            yield _unless_there(each.text)


def _unless_there(statement: str) -> str:
    """Return a block that runs a statement on roles, which belong to the whole server: another may be making them."""
    return f"DO $$ BEGIN\n  {statement};\nEXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;\nEND $$;"

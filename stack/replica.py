"""Where the stack's database comes from: a private server with the replica of an environment on it.

This is the only module of the stack that imports pgproof or connect.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connect.paths import ROOT
from pgproof import project as projects
from pgproof.environments import forget_libpq_defaults
from pgproof.errors import UsageError
from pgproof.postgres import private
from pgproof.postgres.cluster import BASE as PLATFORMS_DATABASE
from pgproof.postgres.ownership import acting, hand_over
from pgproof.project import Project
from pgproof.scripts import migration
from pgproof.supabase import PLATFORM, hosted
from stack.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import psycopg

    from pgproof.postgres import Server
    from pgproof.postgres.templates import State

__all__ = [
    "PASSWORD",
    "PLATFORM",
    "PLATFORMS_DATABASE",
    "Project",
    "Replica",
    "UsageError",
    "chats",
    "forget_libpq_defaults",
    "give_identities",
    "give_password",
    "hand_over",
    "people",
    "platforms_server",
    "project_in",
    "run",
    "run_as_they_are",
    "running",
]

PASSWORD = "connect-demo"  # noqa: S105 - of made-up people in a throw-away database
# Who has no name is known by the first part of the address; whoever has no address cannot sign in.
_USERS = """
SELECT id::text, email, coalesce(encrypted_password, '') AS stored,
  coalesce(raw_user_meta_data ->> 'name', split_part(email, '@', 1)) AS name
FROM auth.users WHERE email IS NOT NULL ORDER BY created_at, email
"""
_IDENTITIES = b"""
INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
SELECT
  u.id, u.id, jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', u.email_confirmed_at IS NOT NULL),
  'email', u.last_sign_in_at, u.created_at, u.created_at
FROM auth.users u
WHERE u.email IS NOT NULL AND NOT EXISTS (SELECT FROM auth.identities i WHERE i.user_id = u.id)
"""
# A direct chat has no name of its own.
_CHATS = """
SELECT c.id::text, c.name, c.type, (
  SELECT json_agg(p.user_id ORDER BY p.joined_at, p.id) FROM public.chat_participants p WHERE p.chat_id = c.id
) AS members
FROM public.chats c ORDER BY c.last_message_at DESC NULLS LAST, c.id
"""


@dataclass(frozen=True)
class Replica:
    """A running replica of one environment.

    title: the environment's. variables, prefix: what the names of the environment's and the project's variables begin
    with, such as CONNECT_PROD and CONNECT. verifier: the role that can only read. users: {id, email, name, password},
    whose password is None if only they know it.
    chats: {id, name, type, members}.
    """

    title: str
    variables: str
    prefix: str
    verifier: str
    database: Database
    users: list[dict[str, Any]] = field(repr=False)
    chats: list[dict[str, Any]] = field(repr=False)


def project_in(folder: Path | None) -> Project:
    """Return the project in a folder, None for this repository's. Raises UsageError."""
    return projects.read(ROOT if folder is None else folder.absolute())


@contextmanager
def running(
    project: Project, environment: str, state: State, scripts: Sequence[Path] = (), version: int = 17
) -> Iterator[Replica]:
    """Yield the replica of an environment of a project on a private server, which ends with the context.

    environment: its name. state: before ("baseline") or after ("aligned") the migration. scripts: more to run on it.
    version: of PostgreSQL. Raises UsageError if the server cannot be started or a script fails.
    """
    asked = project.environments[environment]
    with ExitStack() as opened:
        seed = project.hosted_seed(asked)
        begun = private.acquire(version, seed)
        opened.callback(begun.close)
        # Imported after the server has begun to start, which takes longest.
        import psycopg

        from pgproof.adoption.baselines import LACKING
        from pgproof.postgres.templates import Templates

        templates = Templates(begun)
        opened.callback(templates.close)
        name = templates.ensure(asked, state)
        lacking = [line for line in templates.unfit.get(asked.name, ()) if line.startswith(LACKING)]
        _say(asked.name, lacking)
        conninfo = begun.conninfo(name)
        with psycopg.connect(conninfo, autocommit=True) as connection:
            with acting(connection, seed.owner):
                migration.apply(connection, project.root / project.hooks.verifier_script)
            run(connection, scripts, seed.owner)
            give_password(connection)
            if seed.owner is not None:
                give_identities(connection)
            users, groups = people(connection), chats(connection)
        parameters = {key: value for key, value in begun.parameters.items() if key != "user"}
        database = Database({**parameters, "dbname": name}, seed.superuser, seed.owner)
        verifier = project.hooks.verifier_role
        yield Replica(asked.title, asked.variables, project.prefix, verifier, database, users, groups)


def platforms_server(version: int) -> Server:
    """Return a new private server with Supabase's platform in PLATFORMS_DATABASE. The caller closes it.

    Raises UsageError.
    """
    return private.acquire(version, hosted.seed())


def run(connection: psycopg.Connection[Any], scripts: Sequence[Path], owner: str | None = None) -> None:
    """Run scripts of a replica in their order, each as in a session of its own, and say what was passed over in them.

    owner: who runs them, None for the connection's own role. Raises UsageError with file, line and message if one
    fails.
    """
    import psycopg

    from pgproof.adoption import baselines

    there = baselines.platform(connection)
    for script in scripts:
        try:
            with acting(connection, owner):
                passed = migration.run(connection, script, there)
        except psycopg.Error as error:
            raise migration.failed(script, error) from None
        connection.execute("DISCARD ALL")
        _say(script, passed)


def _say(of: object, lines: Sequence[str]) -> None:
    for line in lines:
        print(f"stack: {of}: {line}", file=sys.stderr)


def run_as_they_are(connection: psycopg.Connection[Any], scripts: Sequence[Path]) -> None:
    """Run scripts on a database of the user's own, in their order. Raises UsageError as run() does."""
    import psycopg

    for script in scripts:
        try:
            migration.apply(connection, script)
        except psycopg.Error as error:
            raise migration.failed(script, error) from None
        connection.execute("RESET ALL")


def give_password(connection: psycopg.Connection[Any], *, only_without: bool = False) -> None:
    """Give the announced password to all users, or only to those who have none."""
    which = "WHERE coalesce(encrypted_password, '') = ''" if only_without else ""
    connection.execute(f"UPDATE auth.users SET encrypted_password = %s {which}".encode(), [_hashed(PASSWORD)])


def give_identities(connection: psycopg.Connection[Any]) -> None:
    """Let all users without an identity have signed up by their address: scripts rarely say how somebody did."""
    connection.execute(_IDENTITIES)


def people(connection: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Return the users who have an address, with their password where it is the announced one."""
    from psycopg.rows import dict_row

    rows = connection.cursor(row_factory=dict_row).execute(_USERS).fetchall()
    known: dict[str, bool] = {}
    for row in rows:
        stored = row.pop("stored")
        if stored not in known:
            known[stored] = _is_announced(stored)
        row["password"] = PASSWORD if known[stored] else None
    return rows


def chats(connection: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Return the chats, newest first; none if the schema has no chats of this shape."""
    import psycopg
    from psycopg.rows import dict_row

    try:
        return connection.cursor(row_factory=dict_row).execute(_CHATS).fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        return []


def _hashed(password: str) -> str:
    import bcrypt

    # The fewest rounds that bcrypt allows: the password is printed at every start.
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


def _is_announced(stored: str) -> bool:
    import bcrypt

    # A hash of four rounds is checked at once; others are not ours.
    return stored.startswith("$2b$04$") and bcrypt.checkpw(PASSWORD.encode(), stored.encode())

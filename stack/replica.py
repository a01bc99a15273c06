"""Where the stack's database comes from: a private server with the replica of an environment on it.

This is the only module of the stack that imports pgproof or connect.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connect.paths import ROOT
from pgproof import project as projects
from pgproof.environments import forget_libpq_defaults
from pgproof.errors import UsageError
from pgproof.postgres import private
from pgproof.project import Project
from pgproof.scripts import migration
from stack.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pgproof.postgres.templates import State

__all__ = ["PASSWORD", "Project", "Replica", "UsageError", "forget_libpq_defaults", "project_in", "running"]

PASSWORD = "connect-demo"  # noqa: S105 - of made-up people in a throw-away database
# Who has no name is known by the first part of the address; whoever has no address cannot sign in.
_USERS = """
SELECT id::text, email, coalesce(raw_user_meta_data ->> 'name', split_part(email, '@', 1)) AS name
FROM auth.users WHERE email IS NOT NULL ORDER BY created_at, email
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
    with, such as CONNECT_PROD and CONNECT. verifier: the role that can only read. users: {id, email, name, password}.
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
def running(project: Project, environment: str, state: State, version: int = 17) -> Iterator[Replica]:
    """Yield the replica of an environment of a project on a private server, which ends with the context.

    environment: its name. state: before ("baseline") or after ("aligned") the migration. version: of
    PostgreSQL. Raises UsageError if the server cannot be started.
    """
    asked = project.environments[environment]
    with ExitStack() as opened:
        server = private.acquire(version, project.seed)
        opened.callback(server.close)
        # Imported after the server has begun to start, which takes longest.
        import psycopg
        from psycopg.rows import dict_row

        from pgproof.postgres.templates import Templates

        templates = Templates(server)
        opened.callback(templates.close)
        name = templates.ensure(asked, state)
        conninfo = server.conninfo(name)
        with psycopg.connect(conninfo, autocommit=True, row_factory=dict_row) as connection:
            migration.apply(connection, project.root / project.hooks.verifier_script)
            connection.execute("UPDATE auth.users SET encrypted_password = %s", [_hashed(PASSWORD)])
            users = [{**user, "password": PASSWORD} for user in connection.execute(_USERS)]
            chats = list(connection.execute(_CHATS))
        parameters = {key: value for key, value in server.parameters.items() if key != "user"}
        database = Database({**parameters, "dbname": name})
        verifier = project.hooks.verifier_role
        yield Replica(asked.title, asked.variables, project.prefix, verifier, database, users, chats)


def _hashed(password: str) -> str:
    import bcrypt

    # The fewest rounds that bcrypt allows: the password is printed at every start.
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()

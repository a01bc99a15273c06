"""Where the stack's database comes from: a private server with a clone of an environment's replica on it.

The one module here that knows the harness.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness import migration
from harness.environments import REPLICAS
from harness.paths import SQL
from harness.postgres import private
from stack.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.templates import State

PASSWORD = "connect-demo"  # noqa: S105 - of made-up people in a throw-away database
VERIFIER = "connect_verifier"
_USERS = "SELECT id::text, email, raw_user_meta_data ->> 'name' AS name FROM auth.users ORDER BY created_at, email"
# A direct chat has no name of its own.
_CHATS = """
SELECT c.id::text, c.name, c.type, (
  SELECT json_agg(p.user_id ORDER BY p.joined_at, p.id) FROM public.chat_participants p WHERE p.chat_id = c.id
) AS members
FROM public.chats c ORDER BY c.last_message_at DESC NULLS LAST, c.id
"""


@dataclass(frozen=True)
class Replica:
    """A running database of one environment. users: {id, email, name, password}. chats: {id, name, type, members}."""

    database: Database
    users: list[dict[str, Any]] = field(repr=False)
    chats: list[dict[str, Any]] = field(repr=False)


@contextmanager
def running(environment: str, state: State, version: int = 17) -> Iterator[Replica]:
    """Start it; it is gone at the end. Raises harness.errors.Refusal where it cannot be had."""
    with ExitStack() as opened:
        server = private.acquire(version)
        opened.callback(server.close)
        # Not before: the server is what is waited for longest.
        import psycopg
        from psycopg.rows import dict_row

        from harness.templates import Templates

        templates = Templates(server)
        opened.callback(templates.close)
        name = templates.ensure(REPLICAS[environment], state)
        conninfo = server.conninfo(name)
        with psycopg.connect(conninfo, autocommit=True, row_factory=dict_row) as connection:
            migration.apply(connection, SQL / "verifier_role.sql")
            connection.execute("UPDATE auth.users SET encrypted_password = %s", [_hashed(PASSWORD)])
            users = [{**user, "password": PASSWORD} for user in connection.execute(_USERS)]
            chats = list(connection.execute(_CHATS))
        parameters = {key: value for key, value in server.parameters.items() if key != "user"}
        yield Replica(Database({**parameters, "dbname": name}), users, chats)


def _hashed(password: str) -> str:
    import bcrypt

    # The cheapest there is: the secret is printed at every start.
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()

"""A small chat with people in it, and acting as each of them: role and claims as PostgREST sets them."""

from __future__ import annotations

import json
import tomllib
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.plugin.options import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import psycopg

    from pgproof.environments import Environment
    from pgproof.postgres.templates import Templates

CALLERS = ("anon", "self", "another member", "a non-member", "a former member", "NULL uid", "service_role")
# Who is behind a caller, and the role that the API gives him.
_PEOPLE = {"self": "alice", "another member": "bob", "a non-member": "carol", "a former member": "dave"}
_ROLES = {"anon": "anon", "service_role": "service_role"}
# What a caller gets who may not; also PostgreSQL's word for a row that a policy refuses.
DENIED = "denied"
# By table: the rows of a scene, and what is tried with them.
ROWS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("rows.toml").read_text(encoding="utf-8"))
_NAMES = ("alice", "bob", "carol", "dave", "erin", "chat", "message", "reaction", "attachment")


@contextmanager
def acting(connection: psycopg.Connection[Any], role: str, user: str | None) -> Iterator[None]:
    """In an open transaction: be this API role, with the claims of this user (None: claims without sub)."""
    claims = {"role": role} if user is None else {"role": role, "sub": user}
    become = "SELECT set_config('request.jwt.claims', %s, true), set_config('role', %s, true)"
    # A failure rolls the block's savepoint back, and with it the role.
    with connection.transaction():
        connection.execute(become, [json.dumps(claims), role])
        yield
        connection.execute(become, ["", "none"])


@dataclass(frozen=True)
class Scene:
    """One chat: alice made it and bob takes part; dave wrote in it and left; carol and erin were never there.

    Three messages of others are unread by alice, a fourth is deleted. names: the ids of people and things.
    """

    connection: psycopg.Connection[Any]
    names: Mapping[str, str]

    def user(self, caller: str) -> str | None:
        """The id of whoever is behind a caller."""
        return self.names[_PEOPLE[caller]] if caller in _PEOPLE else None

    def attempt(self, caller: str, query: str, **parameters: str | None) -> Any:
        """What the caller gets: the first value, else the number of rows written, else DENIED or PostgreSQL's error.

        query: may use every name of the scene, and `me`, which is alice for callers who are nobody.
        """
        import psycopg

        known = {**self.names, "me": self.user(caller) or self.names["alice"], **parameters}
        try:
            with acting(self.connection, _ROLES.get(caller, "authenticated"), self.user(caller)):
                cursor = self.connection.execute(query.encode(), known)
                row = cursor.fetchone() if cursor.description else None
                return cursor.rowcount if row is None else row[0]
        except psycopg.errors.InsufficientPrivilege:
            return DENIED
        except psycopg.Error as error:
            return type(error).__name__

    def value(self, query: str) -> Any:
        """The first value of a query of the administrator's."""
        row = self.connection.execute(query.encode(), self.names).fetchone()
        assert row is not None, "asked for a value"
        return row[0]


_PEOPLE_THERE = (
    "INSERT INTO auth.users (id) SELECT unnest(ARRAY[%(alice)s, %(bob)s, %(carol)s, %(dave)s, %(erin)s]::uuid[])"
)
_DAVE_LEFT = "DELETE FROM public.chat_participants WHERE chat_id = %(chat)s AND user_id = %(dave)s"


def make_scene(connection: psycopg.Connection[Any], *, copied: bool = False) -> Scene:
    """Write the scene into a database, with an autocommit connection of its administrator.

    copied: whether it is a copy of somebody's, where the chat is made to fit, without reactions and attachments.
    """
    import psycopg

    names = {name: str(uuid.uuid4()) for name in _NAMES}
    with connection.transaction(), psycopg.ClientCursor(connection) as cursor:
        cursor.execute(_PEOPLE_THERE.encode(), names)
        if copied:
            from connect import fitting

            row = {"id": names["chat"], "type": "group", "name": "Scene", "created_by": names["alice"]}
            fitting.chat(connection, row, [names[each] for each in ("alice", "bob", "dave")])
        scenes = [ROWS["chat_messages"]["scene"]] if copied else [table["scene"] for table in ROWS.values()]
        cursor.execute(";\n".join([*scenes, _DAVE_LEFT]).encode(), names)
    return Scene(connection, names)


@pytest.fixture(scope="session")
def scenes(templates: Templates, pytestconfig: pytest.Config) -> Iterator[Callable[[Environment], Scene]]:
    """The scene of an environment's aligned replica, on one clone for the whole run. Leave it as it was."""
    import psycopg

    made: dict[str, Scene] = {}
    with ExitStack() as stack:

        def scene_of(environment: Environment) -> Scene:
            if environment.name not in made:
                conninfo = stack.enter_context(templates.clone(environment, "aligned"))
                connection = stack.enter_context(psycopg.connect(conninfo, autocommit=True))
                copied = pytestconfig.stash[PROJECT].suite is not None
                made[environment.name] = make_scene(connection, copied=copied)
            return made[environment.name]

        yield scene_of


@pytest.fixture
def scene(scenes: Callable[[Environment], Scene], environment: Environment) -> Iterator[Scene]:
    """The scene, in a transaction that is rolled back when the test ends."""
    found = scenes(environment)
    found.connection.execute("BEGIN")
    yield found
    found.connection.execute("ROLLBACK")

"""A refusal prints the statements that mend it, and the owner of a project, who is not a superuser, can run them."""

import secrets
from dataclasses import replace

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from connect import schema
from connect.paths import SQL
from connect.project import PROJECT, REPLICAS
from pgproof.errors import UsageError
from pgproof.hooks import Hooks
from pgproof.postgres import live

GIVES = {
    "table": "GRANT INSERT, DELETE ON chats TO {verifier}",
    "everybody's table": "GRANT TRUNCATE ON chats TO PUBLIC",
    "column": "GRANT INSERT (name), UPDATE (name, type) ON chats TO {verifier}",
    "everybody's column": "GRANT UPDATE (name) ON chats TO PUBLIC",
    "view": "CREATE VIEW open AS SELECT * FROM chats; GRANT UPDATE ON open TO {verifier}",
    "sequence": "CREATE SEQUENCE numbers; GRANT USAGE ON numbers TO PUBLIC",
    "schema": "GRANT CREATE ON SCHEMA public TO {verifier}",
    "everybody's schema": "GRANT CREATE ON SCHEMA public TO PUBLIC",
    "database": "GRANT CREATE ON DATABASE {database} TO {verifier}",
    "role": "ALTER ROLE {verifier} CREATEDB CREATEROLE",
    "membership": "GRANT INSERT ON chats TO {other}; GRANT {other} TO {verifier}",
    "handed on": "GRANT INSERT ON chats TO {other} WITH GRANT OPTION; SET ROLE {other};"
    " GRANT INSERT ON chats TO {verifier}; RESET ROLE",
    "odd name": 'CREATE TABLE "All ""ours""" ("a b" int); GRANT INSERT ("a b") ON "All ""ours""" TO PUBLIC',
}


class _Hosted:
    """A project as a hosting service gives it to its owner: roles as long as the test lives, none a superuser's."""

    def __init__(self, conninfo, connect):
        self.conninfo, self._connect = conninfo, connect
        self.admin = connect(conninfo)
        self.names = {name: f"{name}_{secrets.token_hex(4)}" for name in ("owner", "verifier", "other")}
        self.owner = self._as_owner()
        script = (SQL / "verifier_role.sql").read_text().replace("connect_verifier", self.names["verifier"])
        self.owner.execute(script.encode())
        self.owner.execute(self._filled("CREATE ROLE {other}; GRANT {other} TO {owner}"))
        hooks = type("Hooks", (type(PROJECT.hooks),), {"verifier_role": self.names["verifier"]})
        self.hooks = hooks(PROJECT.root)
        self.environment = replace(REPLICAS["prod"], dsn=SecretStr(self.reached_as("verifier")))

    def _as_owner(self):
        self.admin.execute(self._filled("CREATE ROLE {owner} LOGIN CREATEROLE CREATEDB BYPASSRLS"))
        self.admin.execute(
            self._filled("ALTER DATABASE {database} OWNER TO {owner}; ALTER SCHEMA public OWNER TO {owner}")
        )
        for table in schema.TABLES:
            self.admin.execute(
                sql.SQL("ALTER TABLE {} OWNER TO {}").format(
                    sql.Identifier("public", table), sql.Identifier(self.names["owner"])
                )
            )
        return self._connect(self.reached_as("owner"))

    def _filled(self, text):
        return text.format(**self.names, database=self.admin.info.dbname).encode()

    def reached_as(self, name):
        return make_conninfo(self.conninfo, user=self.names[name])

    def refusal(self):
        """The lines of the refusal, None if the run would start."""
        try:
            with live.connect(self.environment, self.hooks):
                return None
        except UsageError as error:
            return str(error).splitlines()

    def give(self, text, by=None):
        (by or self.owner).execute(self._filled(text))

    def remove(self):
        self.owner.close()
        self.admin.execute(
            self._filled("ALTER DATABASE {database} OWNER TO postgres; REASSIGN OWNED BY {owner} TO postgres")
        )
        for name in self.names.values():
            self.admin.execute(f"DROP OWNED BY {name}".encode())
        for name in reversed(self.names.values()):
            self.admin.execute(f"DROP ROLE {name}".encode())


@pytest.fixture
def hosted(own_production, connect):
    """A production whose owner is not a superuser, with a verifier that the owner made."""
    made = _Hosted(own_production, connect)
    yield made
    made.remove()


@pytest.mark.parametrize("given", GIVES)
def test_printed_statements_let_the_run_start(hosted, given):
    """After its owner has run what the refusal printed, the same live run starts."""
    assert hosted.refusal() is None
    hosted.give(GIVES[given])
    said = hosted.refusal()
    assert "as the database's owner (postgres on a hosted project), run" in said[0]
    assert len(said) > 1
    for statement in said[1:]:
        hosted.owner.execute(statement.encode())
    assert hosted.refusal() is None


def test_what_it_owns_goes_to_the_owner(hosted):
    """What the role owns is given to the one who runs the statement."""
    hosted.give("CREATE TABLE mine (id int)")
    hosted.give("ALTER TABLE mine OWNER TO {verifier}", hosted.admin)
    said = hosted.refusal()
    assert "owns objects in this database, such as table public.mine" in said[0]
    for statement in said[1:]:
        hosted.owner.execute(statement.encode())
    assert hosted.refusal() is None
    assert hosted.owner.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'mine'").fetchone() == (
        hosted.names["owner"],
    )


def test_another_role_keeps_what_the_application_needs(hosted):
    """A membership is revoked, not the other role's own grants."""
    hosted.give(GIVES["membership"])
    for statement in hosted.refusal()[1:]:
        hosted.owner.execute(statement.encode())
    kept = hosted.admin.execute("SELECT has_table_privilege(%s, 'chats', 'INSERT')", [hosted.names["other"]]).fetchone()
    assert kept == (True,)


def test_who_has_to_run_it_is_said(hosted):
    """Where the database's owner has not the right to, the statement names who has."""
    hosted.give("GRANT SET ON PARAMETER session_replication_role TO {verifier}", hosted.admin)
    (statement,) = hosted.refusal()[1:]
    assert statement.endswith("; -- as postgres")
    hosted.admin.execute(statement.encode())
    assert hosted.refusal() is None


def test_every_reason_is_listed(hosted):
    """However many reasons there are, each is named, and one round of statements mends them all."""
    hosted.give("; ".join(text for given, text in GIVES.items() if given != "handed on"))
    said = hosted.refusal()
    assert "more" not in said[0].partition("can do more than read: ")[2]
    for reason in (
        "can create databases",
        "can create roles",
        "create objects in schema public",
        "create schemas in the database",
        "delete, insert, truncate, update on public.chats",
        "update on public.open",
        "usage on public.numbers",
        'insert on public.All "ours"',
    ):
        assert reason in said[0]
    for statement in said[1:]:
        hosted.owner.execute(statement.encode())
    assert hosted.refusal() is None


def test_the_owner_is_not_to_be_mended(hosted):
    """A run as the database's owner is told to use the role for live runs; nobody should take the owner's rights."""
    hosted.environment = replace(REPLICAS["prod"], dsn=SecretStr(hosted.reached_as("owner")))
    (sentence,) = hosted.refusal()
    assert sentence.endswith(f"run sql/verifier_role.sql and use {hosted.names['verifier']}")


def test_a_role_of_the_application_keeps_its_rights(hosted):
    """Of a role that is not for live runs nothing is taken but what everybody may, the verifier included."""
    hosted.give("ALTER ROLE {other} LOGIN; GRANT INSERT ON chats TO {other}; GRANT CREATE ON SCHEMA public TO PUBLIC")
    hosted.environment = replace(REPLICAS["prod"], dsn=SecretStr(hosted.reached_as("other")))
    said = hosted.refusal()
    assert "insert on public.chats" in said[0]
    assert said[1:] == ["REVOKE CREATE ON SCHEMA public FROM PUBLIC;"]


def test_without_a_role_for_live_runs_the_given_one_is_mended(hosted):
    """A project that names no role for live runs gets the statements for the role that it used."""
    hosted.give("GRANT INSERT ON chats TO {verifier}")
    hosted.hooks = Hooks()
    said = hosted.refusal()
    assert "use " not in said[0]
    assert said[1:] == [f"REVOKE INSERT ON TABLE public.chats FROM {hosted.names['verifier']};"]

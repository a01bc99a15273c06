"""A live database that cannot be reached, or that the role could change, is refused before anything is asked of it."""

import socket
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from psycopg.conninfo import make_conninfo

from connect.project import PROJECT, REPLICAS
from pgproof.errors import UsageError
from pgproof.postgres import live

PROD = REPLICAS["prod"]
LIVE = ("-m", "schema", "--env", "prod", "--live")
SECRET = "geheim"


@pytest.fixture
def refused(run):
    """Runs the live schema tests on a DSN; returns the one sentence, which holds no secret."""

    def refuse(dsn, **settings):
        done = run(*LIVE, CONNECT_PROD_DSN=dsn, **settings)
        said = done.stdout + done.stderr
        assert done.returncode == 4, said
        assert SECRET not in said
        assert "Traceback" not in said
        return next(line for line in done.stderr.splitlines() if line.startswith("ERROR: "))

    return refuse


@pytest.fixture
def role(own_production, connect, request):
    """A role that lives as long as the test, and the superuser's connection that made it."""
    name = "refusal_" + format(abs(hash(request.node.nodeid)), "x")
    admin = connect(own_production)
    admin.execute(f"CREATE ROLE {name} LOGIN BYPASSRLS")
    yield name, admin
    admin.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def as_role(conninfo, name, **more):
    return make_conninfo(conninfo, user=name, **more)


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql//u:{SECRET}@host/db",
        f"password={SECRET} host",
        # An @ or / in a password has to be percent-encoded; libpq takes what follows for the host or the port.
        f"postgresql://u:p@{SECRET}@host/db",
        f"postgresql://u:{SECRET}/x@host/db",
        f"postgresql://u:p@{SECRET}/x@host/db",
    ],
)
def test_an_unreadable_dsn_is_not_repeated(refused, dsn):
    """What is not a connection string is not repeated, since it may hold the password."""
    assert "CONNECT_PROD_DSN is not a connection string; expected postgresql://" in refused(dsn)


def test_an_unknown_host_is_named(refused):
    """An unknown host name is called one."""
    sentence = refused(f"postgresql://connect_verifier:{SECRET}@no-such-host.invalid/postgres")
    assert "the host name does not resolve" in sentence


def test_a_closed_port_is_named(refused):
    """A closed port is called one, with the address."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        sentence = refused(f"postgresql://connect_verifier:{SECRET}@127.0.0.1:{port}/postgres")
    assert f"cannot connect to 127.0.0.1:{port}: nothing listens there; check host and port" in sentence


def test_a_silent_server_is_given_up_in_time(refused):
    """A server that never answers is given up after the bound."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dsn = f"postgresql://connect_verifier:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/postgres"
        assert "no answer within 2 s" in refused(dsn, CONNECT_TIME_UNIT="0.2")


def test_a_wrong_password_is_named(refused, templates, own_production, connect):
    """A wrong password is called one."""
    with templates.alone("connect_password_tester"):
        connect(own_production).execute(
            "DO $$ BEGIN CREATE ROLE connect_password_tester LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
            "ALTER ROLE connect_password_tester PASSWORD 'right'"
        )
    sentence = refused(as_role(own_production, "connect_password_tester", password=SECRET))
    assert "the password is wrong, or there is no such role; check the DSN" in sentence


def test_a_missing_database_is_named(refused, own_production):
    """A database that does not exist is called that."""
    assert "there is no database" in refused(f"{own_production}_gone")


def test_a_database_without_the_tables_is_named(refused, templates, connect, role):
    """Another project's database is recognised by the tables it lacks."""
    name, _ = role
    with templates.clone(PROD, "aligned") as other:
        connect(other).execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
        )
        sentence = refused(as_role(other, name))
    assert "has no public.attachments, public.chat_messages" in sentence
    assert "is CONNECT_PROD_DSN right?" in sentence


@pytest.mark.parametrize(
    ("grant", "named"),
    [
        ("ALTER ROLE {role} SUPERUSER", "is superuser"),
        ("ALTER ROLE {role} CREATEROLE", "can create roles"),
        ("ALTER ROLE {role} CREATEDB", "can create databases"),
        ("ALTER ROLE {role} REPLICATION", "can replicate"),
        ("GRANT CREATE ON DATABASE {database} TO {role}", "create schemas in the database"),
        ("CREATE SEQUENCE s; GRANT USAGE ON s TO {role}", "usage on public.s"),
        ("CREATE VIEW v AS SELECT * FROM chats; GRANT UPDATE ON v TO {role}", "update on public.v"),
        ("CREATE TABLE mine (); ALTER TABLE mine OWNER TO {role}", "owns objects in this database"),
        ("GRANT TRIGGER ON chat_messages TO {role}", "trigger on public.chat_messages"),
        ("GRANT SET ON PARAMETER session_replication_role TO {role}", "set parameter session_replication_role"),
        ("ALTER ROLE {role} SUPERUSER; ALTER ROLE {role} SET role = 'anon'", "is superuser"),
        ("GRANT INSERT ON chats TO {role}", "insert on public.chats"),
        ("GRANT UPDATE (name) ON chats TO {role}", "update on public.chats"),
        ("GRANT TRUNCATE ON chat_messages TO {role}", "truncate on public.chat_messages"),
        ("GRANT CREATE ON SCHEMA public TO {role}", "create objects in schema public"),
        ("GRANT pg_write_all_data TO {role}", "is member of pg_write_all_data"),
        ("ALTER ROLE {role} NOINHERIT; GRANT authenticated TO {role}", "delete, insert on public.attachments"),
    ],
)
def test_a_role_that_can_write_is_refused(refused, own_production, role, grant, named):
    """A role with any power to write, also through a role it may become, is refused by what it could do."""
    name, admin = role
    admin.execute(grant.format(role=name, database=admin.info.dbname).encode())
    sentence = refused(as_role(own_production, name))
    assert f"the role {name} can do more than read: " in sentence
    assert named in sentence
    assert "run sql/verifier_role.sql and use connect_verifier" in sentence


def test_a_role_that_may_not_read_is_told_what_it_lacks(refused, own_production, role):
    """A role without SELECT is told how to get it."""
    assert "may not read public.attachments" in refused(as_role(own_production, role[0]))


def test_rows_that_row_security_hides_decide_nothing(run, own_production, role):
    """Where row-level security hides rows, the data checks are inconclusive, and the run fails."""
    name, admin = role
    admin.execute(f"ALTER ROLE {name} NOBYPASSRLS")
    for table in ("chats", "chat_participants", "chat_messages", "message_reactions", "attachments"):
        admin.execute(f"GRANT SELECT ON {table} TO {name}")
    done = run(*LIVE, "-k", "test_data", CONNECT_PROD_DSN=as_role(own_production, name))
    assert done.returncode == 1
    assert "inconclusive: row-level security hides rows of chat_messages from this role" in done.stdout
    # What a constraint proves needs no rows.
    assert "7 failed, 5 passed" in done.stdout


def test_select_policies_of_its_own_show_every_row(run, own_production, role):
    """Where BYPASSRLS is not to be had, policies for the verifier alone decide."""
    name, admin = role
    admin.execute(f"ALTER ROLE {name} NOBYPASSRLS")
    for table in ("chats", "chat_participants", "chat_messages", "message_reactions", "attachments"):
        admin.execute(f"GRANT SELECT ON {table} TO {name}")
        admin.execute(f"CREATE POLICY connect_verifier_select ON {table} FOR SELECT TO {name} USING (true)")
    done = run(*LIVE, CONNECT_PROD_DSN=as_role(own_production, name))
    assert done.returncode == 0, done.stdout


class _OldServer:
    """A cursor that answers the read-only check as PostgreSQL 14 would."""

    def __init__(self, _connection):
        pass

    def execute(self, _query, _parameters):
        return self

    def fetchone(self):
        return (140012, "connect_verifier", "postgres", True, [], [], [], [], [], False)


_CONNECTION = SimpleNamespace(
    pipeline=nullcontext, pgconn=SimpleNamespace(pipeline_status=0), execute=lambda _statements: None
)


def test_an_unsupported_version_is_refused(monkeypatch):
    """A server that is too old is refused by its version."""
    monkeypatch.setattr("psycopg.RawCursor", _OldServer)
    with pytest.raises(UsageError, match="prod: PostgreSQL 14 is not supported; 15 or newer is needed"):
        live._begun_read_only(PROD, PROJECT.hooks, _CONNECTION)

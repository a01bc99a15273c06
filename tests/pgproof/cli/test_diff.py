"""`python -m harness diff`: a line for each difference, an exit code for a machine, and never a secret."""

import json
import subprocess
import sys
from contextlib import ExitStack, closing

import psycopg
import pytest

from connect import paths
from connect.processes import clean_environment
from connect.project import REPLICAS
from pgproof.postgres import private
from tests.pgproof.meanwhile import without_others

SECRET = "geheim"
HIDDEN = "may be a secret and is not shown"
_CALL = "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
# What holds the word SECRET, in each kind of place.
HOLDING_SECRETS = {
    "foreign table": "CREATE FOREIGN TABLE ft (a int) SERVER s OPTIONS (password 'SECRET')",
    "foreign column": "CREATE FOREIGN TABLE ft (a int OPTIONS (api_key 'SECRET')) SERVER s",
    "server": "ALTER SERVER s OPTIONS (api_key 'SECRET')",
    "wrapper": "ALTER FOREIGN DATA WRAPPER f OPTIONS (api_key 'SECRET')",
    "user mapping": "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'SECRET')",
    "setting of a function": "CREATE FUNCTION h() RETURNS int LANGUAGE sql SET app.jwt_secret = 'SECRET' AS 'SELECT 1'",
    "body": "CREATE FUNCTION h() RETURNS text LANGUAGE sql AS $$ SELECT 'postgres://me:SECRET@example.com/x' $$",
    "key in a body": "CREATE FUNCTION h() RETURNS text LANGUAGE sql AS $$ SELECT concat('apikey', 'SECRET') $$",
    "default": "ALTER TABLE t ADD a text DEFAULT 'https://me:SECRET@example.com'",
    "comment": "COMMENT ON TABLE t IS 'postgres://me:SECRET@example.com/x'",
    "webhook": _CALL
    + """CREATE TRIGGER hook AFTER INSERT ON t FOR EACH ROW
      EXECUTE FUNCTION g('https://example.com', '{"Authorization": "Bearer SECRET"}')""",
    "header of a webhook": _CALL
    + """CREATE TRIGGER hook AFTER INSERT ON t FOR EACH ROW
      EXECUTE FUNCTION g('https://example.com', '{"x-api-key": "SECRET"}')""",
    "policy": "CREATE POLICY p ON t USING (current_setting('x') = 'Bearer SECRET')",
    "view": "CREATE VIEW v AS SELECT 'postgres://me:SECRET@example.com/x' AS a",
    "check": "ALTER TABLE t ADD CONSTRAINT c CHECK (id::text <> 'Bearer SECRET')",
}


@pytest.fixture
def diff():
    """Runs the command as a person does; no output holds the secret or a stack trace."""

    def run(*arguments, **settings):
        done = subprocess.run(
            [sys.executable, "-m", "harness", "diff", *arguments],
            cwd=paths.ROOT,
            env=clean_environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )
        assert SECRET not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def pair(templates):
    """Two aligned replicas of production."""
    with templates.clone(REPLICAS["prod"], "aligned") as one, templates.clone(REPLICAS["prod"], "aligned") as two:
        yield one, two


def test_no_difference_is_exit_code_0(diff, pair):
    """No difference is said, and is exit code 0."""
    done = diff(*pair)
    assert (done.returncode, without_others(done.stdout.splitlines()), done.stderr) == (0, ["no difference"], "")


def test_each_difference_is_a_line_that_names_its_side(diff, pair, connect):
    """Each difference is a line that names the side, and the exit code is 1."""
    connect(pair[1]).execute("ALTER TABLE chats ALTER type DROP NOT NULL; CREATE TABLE more (id int PRIMARY KEY)")
    done = diff(*pair)
    assert done.returncode == 1
    first, second, last = without_others(done.stdout.splitlines())
    assert first == "column public.chats.type: NOT NULL only in A"
    assert second.startswith("table public.more: only in B (with 1 column, 1 constraint, ")
    assert last == "2 differences"


def test_a_machine_gets_the_parts_of_each_difference(diff, pair, connect):
    """A machine gets the parts of each difference."""
    connect(pair[1]).execute("ALTER TABLE chats ALTER name SET STORAGE external")
    done = diff(*pair, "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert without_others(told.pop("notes")) == []
    assert told == {
        "same": False,
        "differences": [
            {
                "kind": "column",
                "identity": "public.chats.name",
                "attribute": "storage",
                "only": None,
                "values": ["x", "e"],
                "text": "column public.chats.name: storage differs: extended in A, external in B",
            }
        ],
    }


def test_column_order_is_a_note(diff, pair, connect):
    """Another order of columns is said, and is still the same."""
    connect(pair[0]).execute("CREATE TABLE t (a int, b int)")
    connect(pair[1]).execute("CREATE TABLE t (b int, a int)")
    done = diff(*pair)
    assert done.returncode == 0
    assert "note: table public.t: the columns are in a different order" in done.stdout


@pytest.mark.parametrize("asked", [(), ("--json",)], ids=["text", "json"])
def test_secrets_are_not_shown(diff, pair, connect, asked):
    """What may hold a password differs without being shown."""
    for conninfo, word in zip(pair, (SECRET, SECRET + "er"), strict=True):
        connect(conninfo).execute(
            "CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f;"
            f"CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password '{word}')"
        )
    done = diff(*pair, *asked)
    assert done.returncode == 1
    assert "user mapping s for PUBLIC: options differ; they may hold secrets and are not shown" in done.stdout


@pytest.mark.parametrize("asked", [(), ("--json",)], ids=["text", "json"])
def test_a_password_in_a_comment_is_not_shown(diff, pair, connect, asked):
    """An address with a password, in the comment of one side, is shown without it."""
    connect(pair[1]).execute("CREATE TABLE t (id int)")
    connect(pair[0]).execute(
        f"CREATE TABLE t (id int); COMMENT ON TABLE t IS 'postgres://me:{SECRET}@db.example.com/x'"
    )
    done = diff(*pair, *asked)
    assert done.returncode == 1
    assert "table public.t: comment only in A: postgres://me:***@db.example.com/x" in done.stdout
    assert SECRET not in done.stdout


@pytest.fixture(scope="module")
def servers():
    """Two servers of this module's own, since roles belong to a server."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(private.acquire(durable=False))) for _ in range(2)]


@pytest.fixture
def on_two_servers(servers, diff):
    """Compares a database x on each of two servers, where these statements were run."""

    def run(base, *changes, asked=()):
        names = [server.conninfo("x") for server in servers]
        for server, change in zip(servers, changes, strict=True):
            with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
                connection.execute("DROP DATABASE IF EXISTS x")
                for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE oid >= 16384").fetchall():
                    connection.execute(f'DROP ROLE "{role}"')
                connection.execute("CREATE DATABASE x TEMPLATE pgproof_base")
            with psycopg.connect(server.conninfo("x"), autocommit=True) as connection:
                for statement in (*base, change):
                    connection.execute(statement)
        done = diff(*names, *asked)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout.splitlines()

    return run


@pytest.mark.parametrize(
    ("base", "changes", "says"),
    [
        (
            "CREATE ROLE authenticated",
            ("", "ALTER ROLE authenticated BYPASSRLS"),
            ["role authenticated: BYPASSRLS only in B", "1 difference"],
        ),
        (
            "CREATE ROLE authenticator",
            ("", "ALTER ROLE authenticator SET pgrst.db_schemas = 'public,private'"),
            ["role authenticator: settings: pgrst.db_schemas=public,private only in B", "1 difference"],
        ),
        (
            "CREATE ROLE own; GRANT USAGE ON SCHEMA public TO own; CREATE ROLE above; GRANT above TO own",
            ("ALTER ROLE above PASSWORD 'geheim'", "ALTER ROLE above CREATEDB PASSWORD 'geheimer'"),
            ["role above: CREATEDB only in B", "1 difference"],
        ),
        (
            "CREATE ROLE nobody",
            ("", "ALTER ROLE nobody LOGIN"),
            ["note: roles that nothing in either database names differ, and were not counted: nobody", "no difference"],
        ),
        ("CREATE ROLE supabase_x", ("", "ALTER ROLE supabase_x LOGIN"), ["no difference"]),
        (
            "SELECT",
            [f"ALTER DATABASE x SET app.settings.jwt_secret = 'geheim-{number}'" for number in (1, 2)],
            [f"database compared: settings: app.settings.jwt_secret differs; its value {HIDDEN}", "1 difference"],
        ),
        (
            "SELECT",
            [f"ALTER DATABASE x SET statement_timeout = '{number}s'" for number in (1, 2)],
            [
                "database compared: settings: statement_timeout=1s only in A; statement_timeout=2s only in B",
                "1 difference",
            ],
        ),
    ],
    ids=["attribute", "setting", "of a role above", "not named", "the platform's", "secret", "setting of a database"],
)
def test_roles_and_settings_are_compared(on_two_servers, base, changes, says):
    """What the roles that matter may do and have set, without secrets."""
    assert on_two_servers([base], *changes) == says


@pytest.mark.parametrize("asked", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("name", HOLDING_SECRETS)
def test_a_difference_in_a_secret_alone_is_told(diff, pair, connect, name, asked):
    """Two secrets in the same place are a difference; neither is shown, and nothing reads as if they were the same."""
    for number, conninfo in enumerate(pair):
        connect(conninfo).execute(
            "CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f; CREATE TABLE t (id int);"
            + HOLDING_SECRETS[name].replace("SECRET", f"{SECRET}{number}{'a1b2c3d4' * 3}")
        )
    done = diff(*pair, *asked)
    assert done.returncode == 1
    assert "not shown" in done.stdout
    if asked:
        assert [each["values"] for each in json.loads(done.stdout)["differences"]] == [None]


def test_replicas_are_compared_by_name(diff):
    """Replicas of the environments are compared by name: aligned they are the same."""
    done = diff("replica:prod:baseline", "replica:staging:baseline")
    assert done.returncode == 1
    assert "column public.chat_participants.chat_id: NOT NULL only in B" in done.stdout


def test_a_live_environment_is_reached_by_its_own_variable(diff, pair, as_verifier):
    """A live environment is named by its DSN's variable, and its role proves that it can only read."""
    done = diff("live:prod", pair[1], CONNECT_PROD_DSN=as_verifier(pair[0]))
    assert "grant relation public.chats to connect_verifier: only in A" in done.stdout
    done = diff("live:prod", pair[1], CONNECT_PROD_DSN=pair[0])
    assert done.returncode == 2
    assert "can do more than read" in done.stderr


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("", "A is empty; expected a connection string, live:ENVIRONMENT"),
        ("prod", "A: 'prod' is an environment; write live:prod or replica:prod"),
        ("live", "A is not a connection string"),
        ("nonsense", "A is not a connection string; expected postgresql://user:"),
        (f"postgresql://u:p@{SECRET}@host/db", "A is not a connection string"),
        ("replica:somewhere", "unknown replica 'somewhere:aligned'; expected one of prod, staging"),
        ("live:somewhere", "unknown environment 'somewhere'"),
        ("live:prod", "a live run needs the database of prod: set CONNECT_PROD_DSN"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/db", "nothing listens there; check host and port"),
        (f"postgresql://u:{SECRET}@no-such-host.invalid/db", "the host name does not resolve"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(diff, place, says):
    """What can't be read is said in one sentence, with exit code 2."""
    done = diff(place, "host=127.0.0.1 port=1 connect_timeout=2")
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_database_is_named(diff, pair):
    """A database that is not there is called that."""
    done = diff(pair[0], f"{pair[1]}_gone")
    assert done.returncode == 2
    assert done.stderr.startswith("B: cannot connect to ")
    assert "there is no database" in done.stderr

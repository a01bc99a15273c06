"""A stack starts where it was told to, says where it is in three ways, and refuses with one sentence."""

import json
import select
import socket
import subprocess
import sys
import urllib.request

import psycopg
import pytest

from connect import paths
from connect.embedded_stack import stack_command
from connect.processes import clean_environment
from pgproof.timing import unit
from tests.ports import kept_port


@pytest.fixture
def told():
    """What a stack prints until it is ready, up to the line with the given last words. It ends with the test."""
    started = []

    def until(last, *arguments):
        process = subprocess.Popen(
            stack_command(*arguments),
            cwd=paths.ROOT,
            env=clean_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        text = b""
        while last not in text.decode(errors="ignore"):
            assert select.select([process.stdout], [], [], 60 * unit())[0], f"nothing more after {text!r}"
            more = process.stdout.read1()
            assert more, f"it ended after {text!r}"
            text += more
        return text.decode()

    yield until
    for process in started:
        with process:
            process.terminate()


@pytest.fixture
def run_stack():
    """Runs a stack that is expected to end by itself: exit code, stdout and stderr."""

    def run(*arguments, **settings):
        return subprocess.run(
            [sys.executable, "-m", "stack", *arguments],
            cwd=paths.ROOT,
            env=clean_environment(settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60 * unit(),
            check=False,
        )

    return run


@pytest.fixture
def taken_port():
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def answers(address):
    with urllib.request.urlopen(address, timeout=10 * unit()) as answer:  # noqa: S310 - loopback
        return answer.status == 200


def test_json_prints_one_line_of_everything(told):
    """--json prints one line: where everything is, the keys, the people and the chats."""
    line = told("\n", "staging", "--json")
    assert line.endswith("\n")
    said = json.loads(line)
    assert set(said) == {
        *("dsn", "verifier_dsn", "api_url", "app_url", "jwt_secret", "users", "chats"),
        *("anon_key", "service_role_key", "publishable_key", "secret_key", "inbox_url"),
    }
    assert {frozenset(user) for user in said["users"]} == {frozenset({"id", "email", "password"})}
    assert {frozenset(chat) for chat in said["chats"]} == {frozenset({"id", "name"})}
    assert answers(f"{said['api_url']}/auth/v1/.well-known/jwks.json")


def test_the_verifiers_role_only_reads(stack_of):
    """What is announced for verifying reads messages and writes none."""
    with psycopg.connect(stack_of("prod").verifier_dsn, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM public.chat_messages").fetchone()[0] >= 183
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE public.chat_messages SET message_text = ''")


def test_dotenv_prints_variables_that_judge_the_stack(told, run, tmp_path):
    """--dotenv prints variables; with them a live run of the schema checks judges the stack, and all hold."""
    file = tmp_path / "variables"
    file.write_text(told("CONNECT_E2E_USERS='", "prod", "--dotenv"))
    done = run(
        "-m", "schema", "--env", "prod", "--live", "-q", wrapped=("sh", "-c", 'set -a; . "$0"; exec "$@"', str(file))
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "live" in done.stdout.splitlines()[-1]


def test_without_either_it_explains_in_words(told):
    """Without either it says in words where the page is, who is there and what to click."""
    text = told("and write.\n", "prod")
    assert "Connect-Prod (aligned)" in text
    page = next(line.split()[1] for line in text.splitlines() if line.strip().startswith("page"))
    assert page.endswith("/chat")
    assert "aaron.turner@example.com" in text
    assert "connect-demo" in text
    assert "Click on Aaron Turner in one and on " in text
    assert 'conversation "Launch team" in both' in text


@pytest.mark.parametrize(("state", "nullable"), [("baseline", True), ("aligned", False)])
def test_state_chooses_before_or_after_the_migrations(own_stack, state, nullable):
    """--state chooses the environment before or after its migrations."""
    query = "SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = 'public.chat_participants'::regclass"
    with psycopg.connect(own_stack("prod", "--state", state).dsn) as connection:
        assert connection.execute(f"{query} AND attname = 'user_id'").fetchone() == (nullable,)


def test_given_ports_are_used(own_stack):
    """The API and the page are on the ports that were asked for."""
    with kept_port() as port, kept_port() as app_port:
        started = own_stack("prod", "--port", str(port), "--app-port", str(app_port))
    assert (started.api_url, started.app_url) == (f"http://127.0.0.1:{port}", f"http://127.0.0.1:{app_port}")


@pytest.mark.parametrize("option", ["--port", "--app-port"])
def test_a_taken_port_is_named(run_stack, taken_port, option):
    """A port in use is called that, in one sentence, before anything is started."""
    done = run_stack("--env", "prod", option, str(taken_port))
    assert done.returncode == 4
    assert done.stderr.startswith(f"stack: port {taken_port} cannot be used")
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "one of --env, --sql and --dsn is needed"),
        (("--env", "prod", "--dsn", "dbname=x"), "give one of them"),
        (("--sql", "nowhere.sql"), "'nowhere.sql' is not a file"),
        (("--env", "prod", "--jwt-secret", "short"), "32 printable characters"),
        (("--env", "test"), "invalid choice: 'test'"),
        (("--env", "prod", "--state", "half"), "invalid choice: 'half'"),
        (("--env", "prod", "--port", "http"), "'http' is not a port"),
        (("--env", "prod", "--port", "65536"), "'65536' is not a port"),
        (("--env", "prod", "--app-port", "-1"), "--app-port"),
        (("--env", "prod", "--token-seconds", "0"), "'0' is not a number of seconds"),
        (("--env", "prod", "more"), "unrecognized arguments: more"),
    ],
)
def test_bad_arguments_are_named(run_stack, arguments, said):
    """An argument that is none is named, with exit code 2."""
    done = run_stack(*arguments)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]


def test_a_refusal_is_one_sentence_and_code_4(run_stack):
    """What the tool refuses is one sentence and exit code 4."""
    done = run_stack("--env", "prod", CONNECT_RUN_DIR="/" + "x" * 70)
    assert done.returncode == 4
    assert done.stderr.startswith("stack: ")
    assert len(done.stderr.splitlines()) == 1


def test_help_names_every_option(run_stack):
    """--help names every option."""
    done = run_stack("--help")
    assert done.returncode == 0
    options = "env state sql dsn project port app-port token-seconds jwt-secret signing-key json dotenv"
    for option in options.split():
        assert f"--{option} " in done.stdout

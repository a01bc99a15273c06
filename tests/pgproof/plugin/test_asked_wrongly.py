"""A run that was asked for wrongly ends with exit code 4 and one sentence that says what to do."""

import pytest

ASKED_WRONGLY = 4


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["--env", "production"], {}, "unknown environment 'production'; choose one of prod, staging"),
        (["-m", "shema"], {}, "unknown marker 'shema'; choose from schema, security"),
        (["--env", "prod", "--live"], {}, "a live run needs the database of prod: set CONNECT_PROD_DSN"),
        (["--env", "prod", "--live"], {"CONNECT_PROD_DSN": ""}, "a live run needs the database of prod"),
        (["--live"], {"CONNECT_PROD_DSN": "host=127.0.0.1"}, "a live run needs the database of staging"),
        (["-m", "schema", "--pg-version", "14"], {}, "PostgreSQL 14 is not supported; choose one of 15, 16, 17, 18"),
        (["-m", "schema", "--postgres", "podman"], {}, "unknown --postgres 'podman'; choose embedded, container"),
        (
            ["-m", "schema", "--postgres", "container"],
            {"DOCKER_HOST": "unix:///nonexistent.sock"},
            "start Docker, or use --postgres embedded",
        ),
        (["-m", "schema"], {"CONNECT_RUN_DIR": "/proc/connect"}, "set CONNECT_RUN_DIR to a writable folder"),
        (["-m", "schema"], {"CONNECT_CACHE_DIR": "/proc/connect"}, "set CONNECT_CACHE_DIR to a writable folder"),
        (["-m", "schema"], {"CONNECT_RUN_DIR": "/" + "long/" * 20}, "too long for a Unix socket"),
    ],
    ids=lambda value: "".join(value) if isinstance(value, list) else "",
)
def test_what_was_wrong_is_one_sentence_and_exit_code_4(run, arguments, settings, says):
    """The sentence names the value that was wrong, and nothing was tested."""
    done = run(*arguments, **settings)
    assert done.returncode == ASKED_WRONGLY, done.stdout + done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    assert len(errors) == 1, done.stderr
    assert says in errors[0]
    assert "Traceback" not in done.stdout + done.stderr


def test_a_time_unit_must_be_a_number(run):
    """A time unit that is not a number is refused by name where a live wait would use it."""
    settings = {"CONNECT_TIME_UNIT": "fast", "CONNECT_PROD_DSN": "host=127.0.0.1 port=1"}
    done = run("-m", "schema", "--env", "prod", "--live", **settings)
    assert done.returncode == ASKED_WRONGLY
    assert "CONNECT_TIME_UNIT is 'fast'" in done.stderr


def test_an_env_file_makes_an_environment_live(run, tmp_path):
    """A DSN in the .env file counts like one in a variable."""
    env_file = tmp_path / ".env"
    env_file.write_text("CONNECT_PROD_DSN=postgresql://connect_verifier:geheim@127.0.0.1:1/postgres\n")
    done = run("-m", "schema", "--env", "prod", CONNECT_ENV_FILE=str(env_file))
    assert done.returncode == ASKED_WRONGLY
    assert "cannot connect to 127.0.0.1:1: nothing listens there" in done.stderr
    assert "geheim" not in done.stdout + done.stderr

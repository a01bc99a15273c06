"""A run of tests/e2e that was asked for wrongly ends with exit code 4 and one sentence that names what is missing."""

import re
import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment

DSN = {"CONNECT_PROD_DSN": "host=127.0.0.1 port=1"}
API = {"CONNECT_PROD_API_URL": "http://127.0.0.1:1", "CONNECT_PROD_ANON_KEY": "key"}
USERS = {"CONNECT_E2E_USERS": "a@example.com:geheim,b@example.com:geheim"}
PAGE = ("--env", "prod", "--base-url", "http://127.0.0.1:1")
NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}


def _at(address):
    return {"CONNECT_PROD_API_URL": address}


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["--frontend", "nothing.toml"], {}, "nothing.toml cannot be read"),
        (PAGE, {}, "set CONNECT_PROD_DSN, CONNECT_PROD_API_URL, CONNECT_PROD_ANON_KEY, CONNECT_E2E_USERS"),
        (PAGE, DSN | API, "set CONNECT_E2E_USERS"),
        (PAGE, DSN | API | {"CONNECT_E2E_USERS": "a@example.com:geheim"}, "is not a list of at least two people"),
        (PAGE, DSN | API | {"CONNECT_E2E_USERS": "ana,bo"}, "CONNECT_E2E_USERS is not a list"),
        (["--base-url", "http://127.0.0.1:1"], DSN | API | USERS, "say which: --env prod or --env staging"),
        (["--env", "prod", "--base-url", "localhost:3000"], DSN | API | USERS, "'localhost:3000' is not an address"),
        (["--env", "prod", "--base-url", "http://"], DSN | API | USERS, "'http://' is not an address"),
        (["--env", "prod", "--base-url", "http://[::1"], DSN | API | USERS, "'http://[::1' is not an address"),
        (
            ["--env", "prod", "--base-url", "http://me:geheim@a:b"],
            DSN | API | USERS,
            "'http://me:***@a:b' is not an address",
        ),
        (
            PAGE,
            DSN | USERS | API | _at("http://127.0.0.1:abc"),
            "CONNECT_PROD_API_URL 'http://127.0.0.1:abc' is not the address",
        ),
        (
            PAGE,
            DSN | USERS | API | _at("http://a:70000"),
            "CONNECT_PROD_API_URL 'http://a:70000' is not the address of an API",
        ),
        (
            PAGE,
            DSN | USERS | API | _at("project.supabase.co"),
            "CONNECT_PROD_API_URL 'project.supabase.co' is not the address of an API",
        ),
        (
            PAGE,
            DSN | USERS | API | _at("https://me:geheim@a"),
            "CONNECT_PROD_API_URL 'https://me:***@a' is not the address of an API",
        ),
        (["--env", "prod"], DSN | API | USERS, "needs --base-url, the address of the page"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list | tuple) else "",
)
def test_one_sentence_and_exit_code_4(run, arguments, settings, says):
    """The sentence names what is missing or wrong, and never a password."""
    done = run("-m", "e2e", *arguments, **settings)
    assert done.returncode == 4, done.stdout + done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    assert len(errors) == 1, done.stderr
    assert says in errors[0]
    assert "geheim" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_every_mistake_in_a_description_is_in_the_sentence(run, tmp_path):
    """A description with two mistakes is corrected in one go."""
    given = (paths.ROOT / "frontend.toml").read_text().replace("composer =", "composr =")
    (tmp_path / "mine.toml").write_text(given)
    done = run("-m", "e2e", f"--frontend={tmp_path / 'mine.toml'}")
    assert done.returncode == 4
    assert "mine.toml: selectors.composer is missing; unknown key selectors.composr" in done.stderr


def test_what_is_not_installed_is_named_with_the_command_that_installs_it(run, tmp_path):
    """Who has only run make verify so far has no browser's packages."""
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['playwright'] = None")
    done = run("-m", "e2e", PYTHONPATH=str(tmp_path))
    assert done.returncode == 4, done.stdout + done.stderr
    assert "packages and a browser that are not installed here; run: make setup-all" in done.stderr


WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "parallel"])


@WORKERS
def test_a_run_without_a_display_is_told(run, workers):
    """--headed where nothing can be shown is refused, with what to do."""
    done = run("tests/e2e/test_sign_in.py", "--env", "prod", "--headed", *workers, **NO_DISPLAY)
    assert done.returncode == 4, done.stdout + done.stderr
    assert done.stderr == "ERROR: --headed needs a display and there is none; put xvfb-run before the command\n\n"
    assert "INTERNALERROR" not in done.stdout


@WORKERS
def test_a_machine_without_a_browser_is_told(run, tmp_path, workers):
    """Where there is no Chromium, the sentence says how to get one."""
    nowhere = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    done = run("tests/e2e/test_sign_in.py", "--env", "prod", *workers, **nowhere)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "there is no Chromium; install your system's package chromium" in done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout


@WORKERS
def test_a_selector_that_is_no_css_is_named(run, tmp_path, workers):
    """What the browser does not understand ends the run before the first test."""
    given = re.sub("^own = .*", 'own = "[data-own="', (paths.ROOT / "frontend.toml").read_text(), flags=re.MULTILINE)
    (tmp_path / "mine.toml").write_text(given)
    done = run("tests/e2e/test_sign_in.py", "--env", "prod", f"--frontend={tmp_path / 'mine.toml'}", *workers)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout
    assert "selectors.own: '[data-own=' is not a valid CSS selector" in done.stdout + done.stderr


def test_an_account_that_cannot_sign_in_is_named(run, stack_of):
    """A wrong password of CONNECT_E2E_USERS is told by the account's email and the variable, never by the password."""
    stack = stack_of("prod")
    ana, bo = (user["email"] for user in stack.users[:2])
    live = {
        "CONNECT_PROD_DSN": stack.verifier_dsn,
        "CONNECT_PROD_ANON_KEY": stack.anon_key,
        "CONNECT_E2E_USERS": f"{ana}:not-geheim,{bo}:not-geheim",
    }
    page = ("--env", "prod", f"--base-url={stack.app_url}", "--allow-writes")
    done = run("tests/e2e/test_sending.py", *page, "--maxfail=1", **live, **_at(stack.api_url))
    told = done.stdout + done.stderr
    assert done.returncode == 1, told
    assert f"{ana} of CONNECT_E2E_USERS cannot sign in (400 invalid_credentials); correct its password there" in told
    assert "geheim" not in told
    assert "ApiError:" not in told


def test_without_the_stacks_packages_it_says_what_to_install():
    """Where only the checks of the database are set up, no module of fixtures fails first."""
    # What `make verify` leaves out.
    missing = ("playwright", "starlette", "uvicorn", "uvloop", "jwt", "bcrypt", "cryptography", "websockets")
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({missing})); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", program, "-m", "e2e", "-p", "no:cacheprovider"]
    done = subprocess.run(words, cwd=paths.ROOT, env=clean_environment({}), capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "tests/e2e needs packages and a browser that are not installed here; run: make setup-all" in done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr

"""A stack under one's own page: on the address and key that the page was built with, where a run may do everything."""

import re

import pytest

BY_CODE = """
name = "a page that sends codes"
path = "/index.html"
order = "any"
absent = ["badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags", "retry", "preview",
  "delivery", "deletion", "older"]
[sign_in.code]
email = "#email"
submit = "#submit"
code = "#code"
verify = "#verify"
[selectors]
conversation = "nav p"
conversation_name = "nav p"
message = "main p"
message_text = "main p"
own = ".own"
composer = "main textarea"
"""
LOADS = "tests/e2e/test_guide.py::test_conversations_load_without_an_error"
NOWHERE = ["--stack", "--env", "prod", "--base-url=http://127.0.0.1:1"]


def test_a_page_is_signed_in_to_by_the_codes_of_its_stack(run, built_page):
    """The stack answers where the page asks and takes its key; people sign in with the code that it sends them."""
    page = built_page("by_code", BY_CODE)
    done = run(LOADS, *page.arguments, **page.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_a_page_with_a_publishable_key_is_served(run, built_page):
    """The stack takes the publishable key that the page was built with, whichever project it is of."""
    page = built_page("by_code", BY_CODE, key="sb_publishable_of-a-project_1")
    done = run(LOADS, *page.arguments, **page.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_a_page_that_was_built_for_another_api_is_named(run, built_page, site_of, tmp_path):
    """The run ends and says whom the page talks to; nothing of it gets there."""
    page = built_page("by_code", BY_CODE, built_for="https://project.supabase.co")
    done = run(LOADS, *page.arguments, **page.settings)
    assert done.returncode == 4, done.stdout + done.stderr
    said = " ".join((done.stdout + done.stderr).split())
    assert f"talks to https://project.supabase.co, not to the stack at {page.api_url}" in said


def test_scripts_of_the_page_run_first(run, built_page, tmp_path):
    """What --sql names is in the database that the page meets; a script that fails is named."""
    (tmp_path / "own.sql").write_text("CREATE TABLE public.listings (id int);\nSELECT 1 / 0;\n")
    page = built_page("by_code", BY_CODE)
    done = run(LOADS, *page.arguments, f"--sql={tmp_path / 'own.sql'}", **page.settings)
    assert done.returncode != 0
    assert re.search(r"own\.sql.*division by zero", done.stdout + done.stderr, re.DOTALL), done.stdout


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["--stack", "--env", "prod"], {}, "say where the page is: --base-url=URL"),
        (["--stack", "--base-url=http://127.0.0.1:1"], {}, "say which: --env prod or --env staging"),
        ([*NOWHERE[:-1], "--base-url=here"], {}, "--base-url 'here' is not an address"),
        (NOWHERE, {"CONNECT_PROD_DSN": "host=127.0.0.1 port=1"}, "CONNECT_PROD_DSN names a live database"),
        (NOWHERE, {"CONNECT_PROD_API_URL": "https://a.supabase.co"}, "not an address at which a stack can be started"),
        (NOWHERE, {"CONNECT_PROD_API_URL": "http://localhost:x"}, "not an address at which a stack can be started"),
        (NOWHERE, {"CONNECT_PROD_ANON_KEY": "a.b.c"}, "set STACK_JWT_SECRET to the secret that signed it"),
        (NOWHERE, {"CONNECT_PROD_ANON_KEY": "sb_secret_a.b.c"}, "build it with the publishable key"),
        ([*NOWHERE, "--sql=nothing.sql"], {}, "nothing.sql' is not a file"),
        (["--sql=nothing.sql", "--env", "prod"], {}, "give --stack and --base-url too"),
        ([*NOWHERE, "-n", "2"], {}, "cannot run in several workers"),
    ],
)
def test_what_does_not_fit_is_one_sentence(run, arguments, settings, says):
    """A run that cannot start a stack under the page says in one sentence what to change, and ends with exit code 4."""
    done = run("tests/e2e/test_guide.py", *arguments, **settings)
    assert done.returncode == 4, done.stdout + done.stderr
    said = " ".join(done.stderr.split())
    assert says in said
    assert "Traceback" not in said
    assert "a.b.c" not in said

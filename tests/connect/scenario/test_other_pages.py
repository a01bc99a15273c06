"""A page may be right in many ways, and is judged rightly in each: one small page, written for this, in all of them."""

import json
import re
import shutil

import pytest

from connect import paths
from stack.web import NODE_MODULES
from tests.connect.scenario.fix_own_pages import as_live

PAGE = paths.ROOT / "tests" / "connect" / "scenario" / "pages" / "postbox.html"
CLIENT = NODE_MODULES / "@supabase" / "supabase-js" / "dist" / "umd" / "supabase.js"
NEVER = ("badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags")
FRONTEND = """
version = 1
name = "the postbox"
path = "/postbox.html?ways={ways}"
absent = {absent}
failing_requests = ["^GET /greeting\\\\.txt 404$"]
{more}
[[sign_in.storage]]
key = "sb-{{project}}-auth-token"
[selectors]
conversation = "aside li"
conversation_name = "strong"
last_message = "em"
message = ".letter"
message_text = "p"
own = ".mine"
composer = "textarea"
send = "main button:not(.back)"
{parts}
"""
READY = 'wait_after_open = "main.ready"\n'
SIZES = 'viewports = ["1000x700", "390x700"]\nviewport."390x700".selectors.back = ".back"\n'


@pytest.fixture(scope="module")
def postbox(stack_of, tmp_path_factory):
    """Runs tests of tests/e2e on the postbox in some of its ways, on a stack; the outcome."""
    from tests.pgproof.browser.fix_sites import serving

    stack = stack_of("staging")
    site = tmp_path_factory.mktemp("postbox")
    shutil.copy(PAGE, site)
    shutil.copy(CLIENT, site)
    (site / "settings.js").write_text(f"const SETTINGS = {json.dumps({'url': stack.api_url, 'key': stack.anon_key})}")
    settings = as_live(stack)
    with serving(site) as address:

        def judge(run, ways, *names, more="", parts="", lacking=()):
            absent = json.dumps([*NEVER, *lacking])
            described = site / f"{ways}.toml"
            described.write_text(FRONTEND.format(ways=ways, absent=absent, more=more, parts=parts))
            where = [f"tests/e2e/test_{name}" if "::" in name else f"tests/e2e/test_{name}.py" for name in names]
            options = ["--env", "staging", f"--base-url={address}", f"--frontend={described}", "--allow-writes", "-rsp"]
            settings["CONNECT_REPORT_DIR"] = str(site / "report")
            return run("-m", "e2e", *(where or ["tests/e2e"]), *options, **settings)

        yield judge


def not_applicable(done):
    """What the run said the page does not have."""
    return {*re.findall(r"not applicable: the description of the postbox (.*)", done.stdout)}


def test_a_plain_page_passes_everything(run, postbox):
    """Every test is green, or says what the description declares absent; a known failing request is no problem."""
    done = postbox(run, "plain", lacking=["older"])
    assert done.returncode == 0, done.stdout + done.stderr
    features = ("badge", "ticks", "reply", "optimistic", "connection", "flags", "older")
    later = "is of version 1, which asks for less; write version = 2 to ask for this too"
    assert not_applicable(done) >= {f"declares '{each}' absent" for each in features} | {"has no sign-in form", later}


@pytest.mark.parametrize(
    ("ways", "names", "keys", "without"),
    [
        (
            "turned-prefix-names-once",
            ("guide", "conversations", "realtime", "retrying"),
            {"more": 'order = "any"', "lacking": ["retry"]},
            {"says that the list may be in any order", "declares 'retry' absent"},
        ),
        ("shadow-windowed", ("guide", "scrolling"), {}, set()),
        ("late", ("guide", "remounting"), {"more": READY + SIZES, "parts": 'open_conversation_name = "h2"'}, set()),
    ],
    ids=["turned-prefix-names-once", "shadow-windowed", "late-and-narrow"],
)
def test_other_ways_are_as_right(run, postbox, ways, names, keys, without):
    """Nothing is red on a page that is only otherwise, and what does not apply to it is said."""
    done = postbox(run, ways, *names, **keys)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not_applicable(done) >= without
    assert ("390x700" in done.stdout) is (ways == "late")


def test_a_page_that_subscribes_only_in_an_open_chat_is_as_right(run, postbox):
    """Its list stands still: it does not hang, shows a stranger nothing, and is not asked to move by itself."""
    lists = ("non_member.py::test_the_list_does_not_have_it", "realtime.py::test_the_list_follows")
    done = postbox(run, "alone", "loads", *lists)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not applicable: the page subscribes to nothing before a conversation is open" in done.stdout
    assert "2 passed, 1 skipped" in done.stdout


def test_a_way_that_is_not_declared_is_named(run, postbox):
    """The same ways without their words in the description: red, with what to write if the page is meant so."""
    lost = "retrying.py::test_a_retry_after_a_lost_answer_stores_one_message"
    done = postbox(run, "names-once", "realtime.py::test_the_list_follows", lost)
    assert done.returncode == 1, done.stdout + done.stderr
    assert 'a list with an order of its own is declared by order = "any"' in done.stdout
    assert "did not ask again, as a page does that retries by itself (declare absent = ['retry']" in done.stdout
    assert not re.search(r"Timeout \d", done.stdout)


def test_a_stale_preview_is_red(run, postbox):
    """Its list stands still while a chat is open, and is right otherwise: one sentence says which text is missing."""
    done = postbox(run, "stale", "preview")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"should show 'message \w+-\d+' beside", done.stdout)


@pytest.fixture
def retrying(run, tmp_path):
    """Runs the test of retrying where neither a browser nor a stack can start; hindered: by which of the variables."""
    (tmp_path / "a file").touch()
    nowhere = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    hindrances = {"browser": nowhere, "stack": {"CONNECT_RUN_DIR": str(tmp_path / "a file")}}

    def ask(*hindered, lacking):
        described = tmp_path / "postbox.toml"
        absent = json.dumps([*NEVER, *lacking])
        described.write_text(FRONTEND.format(version=2, ways="once", absent=absent, more="", parts=""))
        asked = "tests/e2e/test_retrying.py::test_a_retry_after_a_lost_answer_stores_one_message"
        variables = {name: value for each in hindered for name, value in hindrances[each].items()}
        return run("-m", "e2e", asked, "--env", "staging", f"--frontend={described}", "-rs", **variables)

    return ask


def test_a_feature_that_is_absent_starts_nothing(retrying):
    """Where neither a browser nor a stack could start, the test is not applicable all the same."""
    done = retrying("browser", "stack", lacking=["retry"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 skipped" in done.stdout
    assert not_applicable(done) == {"declares 'retry' absent"}


@pytest.mark.parametrize(("hindered", "says"), [("browser", "there is no Chromium"), ("stack", "set CONNECT_RUN_DIR")])
def test_a_feature_that_is_there_starts_both(retrying, hindered, says):
    """The test above is able to fail: with the feature, the run needs the browser and the stack."""
    done = retrying(hindered, lacking=[])
    assert done.returncode != 0, done.stdout + done.stderr
    assert says in done.stdout + done.stderr

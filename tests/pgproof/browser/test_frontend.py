"""The description of a front end: what is in it is found, and every mistake is one sentence that names it."""

import re
from typing import get_args

import pytest

from connect import paths
from pgproof.browser.frontend import FEATURES, Feature, read
from pgproof.errors import UsageError

GOOD = """
name = "mine"
path = "/chat"
absent = ["badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags", "retry", "delivery",
  "deletion", "older"]
console_noise = ["ResizeObserver"]
[[sign_in.storage]]
key = "sb-{project}-auth-token"
[selectors]
conversation = "li"
conversation_name = "b"
last_message = "i"
message = ".m"
message_text = "p"
own = ".mine"
composer = "textarea"
"""
NO_STORAGE = GOOD.replace('[[sign_in.storage]]\nkey = "sb-{project}-auth-token"\n', "[sign_in]\n")
TICKS = '[ticks]\nsent = ".s"\nread = ".r"\n'
SIZES = 'viewports = ["1280x800", "390x844"]\n'
NARROW = '[viewport."390x844".selectors]\n'
CODE = '[sign_in.code]\nemail = "input"\nsubmit = "button"\ncode = "#code"\n'


@pytest.fixture
def frontend_of(tmp_path):
    """Reads a file with this text."""

    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text)
        return read(path)

    return write


def test_a_good_description_is_read(frontend_of):
    """What the file says is what the description holds."""
    found = frontend_of(GOOD)
    assert found.selector("composer") == "textarea"
    assert [feature for feature in FEATURES if found.has(feature)] == ["preview"]
    assert (found.order, found.window) == ("newest", None)
    assert dict(found.all_selectors())["selectors.own"] == ".mine"


@pytest.mark.parametrize("path", ["frontend.toml", "tests/pgproof/browser/pages/app.toml"])
def test_our_own_descriptions_are_good(path):
    """The reference page's description, and that of the example, have no mistake."""
    assert read(paths.ROOT / path).name


def test_the_documents_example_is_good(frontend_of):
    """What docs/frontend.md shows can be copied."""
    (example,) = re.findall(r"```toml\n(.*?)```", (paths.ROOT / "docs" / "frontend.md").read_text(), flags=re.DOTALL)
    assert frontend_of(example).has("ticks")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[selectors", "mine.toml is not TOML"),
        (GOOD.replace('composer = "textarea"', ""), "selectors.composer is missing"),
        (GOOD + 'composr = "textarea"', "unknown key selectors.composr"),
        (GOOD.replace('"textarea"', '""'), "selectors.composer is empty"),
        (GOOD.replace('"textarea"', "3"), "selectors.composer is 3; expected text"),
        (GOOD.replace('"/chat"', '"chat"'), "path: 'chat' is not a path; a path begins with /"),
        (GOOD.replace('"badge"', '"bage"'), "absent.1 is 'bage'; expected 'badge', 'ticks'"),
        (GOOD.replace('["ResizeObserver"]', '["("]'), "console_noise.1: '(' is not a valid regular expression"),
        (GOOD.replace('["ResizeObserver"]', '"ResizeObserver"'), "console_noise is 'ResizeObserver'; expected a list"),
        (GOOD.replace('"badge", ', ""), "selectors.badge is missing; give it, or add 'badge' to absent"),
        (GOOD.replace('"ticks", ', ""), "ticks is missing; give it, or add 'ticks' to absent"),
        (GOOD.replace('"flags", ', ""), "flags is missing; give it, or add 'flags' to absent"),
        (GOOD + 'badge = "sup"', "selectors.badge is given, but 'badge' is declared absent"),
        (GOOD + '[ticks]\nsent = ".s"', "ticks.read is missing"),
        (
            GOOD.replace('"delivery",', "").replace('"ticks",', "") + TICKS,
            "ticks.delivered is missing; give it, or add",
        ),
        (GOOD.replace('"ticks",', "") + TICKS + 'delivered = ".d"', "ticks.delivered is given, but 'delivery' is"),
        (GOOD.replace('last_message = "i"', ""), "selectors.last_message is missing; give it, or add 'preview' to"),
        (GOOD.replace('"retry"', '"preview"'), "selectors.last_message is given, but 'preview' is declared absent"),
        ("version = 3\nfoo = 1" + GOOD, "version is 3; this release reads version 1 and 2"),
        ("version = '1'" + GOOD, "version is '1'; this release reads version 1 and 2"),
        ('order = "oldest"' + GOOD, "order is 'oldest'; expected 'newest' or 'any'"),
        ('viewports = ["1280"]' + GOOD, "viewports.1: '1280' is not a size; expected width and height in pixels"),
        ('viewports = "1280x800"' + GOOD, "viewports is '1280x800'; expected a list"),
        ('viewports = ["1280x800", "1280x800"]' + GOOD, "viewports names 1280x800 twice"),
        (GOOD + NARROW, "viewport.390x844 is no size of viewports; add '390x844' there"),
        (SIZES + GOOD + NARROW + 'bak = "a"', "unknown key viewport.390x844.selectors.bak"),
        (SIZES + GOOD + NARROW + 'badge = "a"', "viewport.390x844.selectors.badge is given, but 'badge' is declared"),
        (SIZES + GOOD + NARROW + "back = 3", "viewport.390x844.selectors.back is 3; expected text"),
        (SIZES + GOOD + '[viewport."390x844".tick]', "unknown key viewport.390x844.tick"),
        (
            SIZES + GOOD + '[viewport."390x844".ticks]\nsent = "a"',
            "viewport.390x844.ticks.sent is given, but 'ticks' is",
        ),
        ("viewport = 3" + GOOD, "viewport is 3; expected a table"),
        (GOOD + 'older = "#more"', "selectors.older is given, but 'older' is declared absent"),
        ('failing_requests = ["("]' + GOOD, "failing_requests.1: '(' is not a valid regular expression"),
        ('wait_after_open = ""' + GOOD, "wait_after_open is empty"),
        (NO_STORAGE.replace("[selectors]", CODE + "[selectors]"), "sign_in.code.verify is missing"),
        (
            GOOD.replace('"flags", ', "").replace('"older"]', '"older"]\nflags = "f=1"'),
            "flags: 'f=1' has no {flags} to mark where the flags go",
        ),
        (NO_STORAGE, "sign_in: has no form, no code and no storage; give at least one"),
        (
            GOOD.replace('key = "sb', 'area = "cache"\nkey = "sb'),
            "area is 'cache'; expected 'local', 'session' or 'cookie'",
        ),
        (GOOD.replace('key = "sb', 'area = "cookie"\nkey = "s b'), "'s b-{project}-auth-token' is no name of a cookie"),
        (GOOD.replace("{project}", "{projct}"), "sign_in.storage.1.key: '{projct}' is unknown here"),
        (GOOD.replace("{project}", "{session}"), "sign_in.storage.1.key: '{session}' is unknown here"),
        (GOOD.replace("{project}", "{email:d}"), "sign_in.storage.1.key: '{email:d}' is unknown here"),
        (GOOD.replace("{project}", "{"), "sign_in.storage.1.key: 'sb-{-auth-token' has an unmatched brace"),
        (
            GOOD.replace('"flags", ', "").replace('"older"]', '"older"]\nflags = "f={flags}{x}"'),
            "flags: '{x}' is unknown here; expected {flags}",
        ),
        (
            GOOD.replace('"flags", ', "").replace('"older"]', '"older"]\nflags = "f={{flags}}"'),
            "flags: 'f={{flags}}' has no {flags} to mark where the flags go",
        ),
        (GOOD.replace("[[sign_in.storage]]", "[sign_in.form]"), "unknown key sign_in.form.key"),
        (GOOD.replace("[selectors]", "[selektors]"), "selectors is missing; unknown key selektors"),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
def test_a_mistake_is_named(frontend_of, text, mistake):
    """The sentence says the key, the value that was wrong, and what is expected."""
    with pytest.raises(UsageError) as refused:
        frontend_of(text)
    assert mistake in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    """A description that is not there is refused by its path."""
    with pytest.raises(UsageError, match=r"nothing\.toml cannot be read: No such file or directory"):
        read(tmp_path / "nothing.toml")


def test_a_session_may_stand_in_a_value(frontend_of):
    """What is stored may hold the whole session, and braces of its own written twice."""
    found = frontend_of(GOOD.replace("[selectors]", 'value = \'{{"of": {session}, "who": "{email}"}}\'\n[selectors]'))
    assert found.sign_in.storage[0].value.format(session="1", email="a@b") == '{"of": 1, "who": "a@b"}'


@pytest.mark.parametrize(
    ("given", "value"),
    [("", "base64-{session_base64url}"), ("value = '{session}'\n", "{session}")],
    ids=["by default", "as it is given"],
)
def test_a_session_may_stand_in_a_cookie(frontend_of, given, value):
    """By default as Supabase's client for servers writes it there."""
    found = frontend_of(GOOD.replace("[selectors]", f'area = "cookie"\n{given}[selectors]'))
    assert found.sign_in.storage[0].value == value


def test_each_size_of_the_window_has_its_own_selectors(frontend_of):
    """What is another in a narrow window is that there only, and nothing else changes with it."""
    whole = frontend_of(SIZES + GOOD + NARROW + 'back = "header a"\ncomposer = "footer textarea"\n')
    wide, narrow = (whole.at(size) for size in whole.viewports)
    assert (wide.window, narrow.window) == ((1280, 800), (390, 844))
    assert (wide.selectors.back, narrow.selectors.back) == (None, "header a")
    assert (wide.selector("composer"), narrow.selector("composer")) == ("textarea", "footer textarea")
    assert wide.selector("own") == narrow.selector("own") == ".mine"
    assert dict(whole.all_selectors())["viewport.390x844.selectors.back"] == "header a"


def test_a_page_without_sizes_is_as_it_is(frontend_of):
    """Where the description names no size, there is one way to look at the page: in the browser's own window."""
    found = frontend_of(GOOD)
    assert found.at(None) == found


def test_a_page_without_delivery_has_two_ticks(frontend_of):
    """Whether a message has arrived is not asked of a page that does not show it."""
    found = frontend_of(GOOD.replace('"ticks",', "") + TICKS)
    assert found.ticks is not None
    assert found.ticks.delivered is None


def test_a_code_is_a_way_to_sign_in(frontend_of):
    """A page that sends a code needs neither a password nor a stored session."""
    found = frontend_of(NO_STORAGE.replace("[selectors]", CODE + 'verify = "#verify"\n[selectors]'))
    assert found.sign_in.code is not None
    assert dict(found.all_selectors())["sign_in.code.verify"] == "#verify"


def test_every_feature_can_be_declared_absent():
    """The two lists of the features are the same."""
    assert get_args(Feature) == (*FEATURES,)

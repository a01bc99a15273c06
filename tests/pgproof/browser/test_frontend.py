"""The description of a front end: what is in it is found, and every mistake is one sentence that names it."""

import re

import pytest

from connect import paths
from pgproof.browser.frontend import FEATURES, read
from pgproof.errors import UsageError

GOOD = """
name = "mine"
path = "/chat"
absent = ["badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags"]
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
    assert not any(found.has(feature) for feature in FEATURES)
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
        (GOOD.replace('"flags"]', "]"), "flags is missing; give it, or add 'flags' to absent"),
        (GOOD + 'badge = "sup"', "selectors.badge is given, but 'badge' is declared absent"),
        (GOOD + '[ticks]\nsent = ".s"', "ticks.delivered is missing; ticks.read is missing"),
        (GOOD.replace('"flags"]', ']\nflags = "f=1"'), "flags: 'f=1' has no {flags} to mark where the flags go"),
        (NO_STORAGE, "sign_in: has neither a form nor a storage; give at least one"),
        (GOOD.replace('key = "sb', 'area = "cookie"\nkey = "sb'), "area is 'cookie'; expected 'local' or 'session'"),
        (GOOD.replace("{project}", "{projct}"), "sign_in.storage.1.key: '{projct}' is unknown here"),
        (GOOD.replace("{project}", "{session}"), "sign_in.storage.1.key: '{session}' is unknown here"),
        (GOOD.replace("{project}", "{email:d}"), "sign_in.storage.1.key: '{email:d}' is unknown here"),
        (GOOD.replace("{project}", "{"), "sign_in.storage.1.key: 'sb-{-auth-token' has an unmatched brace"),
        (GOOD.replace('"flags"]', ']\nflags = "f={flags}{x}"'), "flags: '{x}' is unknown here; expected {flags}"),
        (
            GOOD.replace('"flags"]', ']\nflags = "f={{flags}}"'),
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

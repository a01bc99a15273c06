"""Pages in other frameworks, as people write them, on a stack: the good ones pass, their bad twins do not."""

import pytest

TOML = """
name = "the {0} page"
path = "/index.html"
absent = ["badge", "ticks", "reply", "pending", "connection", "alert", "flags", "retry", "delivery"]
console_noise = ["React DevTools"]
[[sign_in.storage]]
key = "sb-{{project}}-auth-token"
[selectors]
conversation = "article"
conversation_name = "b"
last_message = "p"
open_conversation_name = "h1"
message = "#log li"
message_text = "span"
own = ".mine"
composer = "textarea"
send = "main button"
"""
TESTS = [f"tests/e2e/test_{name}.py" for name in ("guide", "deleting")]
ENTRIES = {"react": "main.jsx", "vue": "main.js"}
# A listener that appends what it hears, and is never removed: StrictMode mounts twice, so everything is heard twice.
HEARD_TWICE = {
    "appended": "eq.${chat}` }, load)=>>eq.${chat}` }, ({ new: row }) => setStored((rows) => [...rows, row]))",
    "kept": "current = false\n      client.removeChannel(channel)=>>current = false",
    "apart": "`chat ${chat}`=>>`chat ${chat} ${Math.random()}`",
}
# Each line keeps the text it was made with, and is told from others by its place.
KEYED_BY_INDEX = {
    "kept": "return () => h('li'=>>const text = props.row.message_text\n    return () => h('li'",
    "shown": "h('span', props.row.message_text)=>>h('span', text)",
    "keyed": "rows.value.map((row) =>=>>rows.value.map((row, index) =>",
    "index": "key: row.client_generated_id ?? row.id=>>key: index",
}


@pytest.mark.parametrize("name", ENTRIES)
def test_a_good_page_passes(run, built_page, name):
    """What the page has is right, and what it lacks is not applicable."""
    page = built_page(name, TOML.format(name), entry=ENTRIES[name])
    done = run(*TESTS, *page.arguments, "-rs", **page.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"not applicable: the description of the {name} page declares" in done.stdout


@pytest.mark.parametrize(
    ("name", "twin", "test", "says"),
    [
        ("react", HEARD_TWICE, "guide", "twice"),
        ("vue", KEYED_BY_INDEX, "deleting", "deleted"),
    ],
)
def test_its_bad_twin_fails(run, built_page, name, twin, test, says):
    """A message that two subscriptions hear, and lines that are known by their place, are seen."""
    page = built_page(name, TOML.format(name), entry=ENTRIES[name], **twin)
    done = run(f"tests/e2e/test_{test}.py", *page.arguments, **page.settings)
    assert done.returncode == 1, done.stdout + done.stderr
    assert says in done.stdout

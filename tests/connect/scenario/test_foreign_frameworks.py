"""Chat pages in other frameworks, as people write them: the right ones are judged right, their bad twins by name."""

import json
import re
import shutil

import pytest

from connect import paths
from stack.web import NODE_MODULES
from stack.web.bundling import Bundler
from tests.connect.scenario.fix_own_pages import as_live

PAGES = paths.ROOT / "tests" / "connect" / "scenario" / "pages"
ENTRIES = {"react": "main.jsx", "vue": "main.js"}
# What else a page may lack; the last one because the run takes the stack for a live project.
OTHERWISE = (
    "the page's conversations have no address of their own",
    "how long a live project's tokens last is for the project to say",
)
WIDE, NARROW = "-k=not 390x844", "-k=390x844"

# Changes to a page's files: what is replaced, and by what.
# A handler appends what it hears to what is there, and StrictMode's second subscription hears it too.
HEARD_TWICE = (
    (
        "hooks.js",
        "  const next = new Map(rows)\n",
        "  const next = new Map(rows)\n  if (action.type === 'heard') return next.set(Symbol(), action.rows[0])\n",
    ),
    ("hooks.js", "eventType !== 'DELETE' && dispatch", "eventType === 'INSERT' && dispatch"),
    ("hooks.js", "return follow('thread'", "follow('thread'"),
    ("thread.jsx", "messages.map((each) =>", "messages.map((each, index) =>"),
    ("thread.jsx", "key={each.client_generated_id ?? each.id}", "key={index}"),
)
BY_THE_CLOCK = (("useTide.js", "b.seq - a.seq", "Date.parse(b.created_at) - Date.parse(a.created_at)"),)
# A component keeps the text that it was made with, and is told from others by its place.
BY_ITS_PLACE = (
    ("Deck.js", 'v-for="row in messages" :key="row.id"', 'v-for="(row, index) in messages" :key="index"'),
    ("Deck.js", "  emits: ['answer'],", "  emits: ['answer'],\n  setup: ({ row }) => ({ text: row.message_text }),"),
    ("Deck.js", "{{ row.message_text }}</span>", "{{ text }}</span>"),
)


@pytest.fixture(scope="module")
def foreign(stack_of, tmp_path_factory):
    """Builds a page, with changes to its files that make it another, and runs tests of tests/e2e on it; the outcome."""
    from tests.pgproof.browser.fix_sites import serving

    missing = [name for name in ENTRIES if not (NODE_MODULES / name).is_dir()]
    if missing:
        pytest.skip(f"not in node_modules: {', '.join(missing)}; run: make setup-all")
    stack = stack_of("staging")
    settings = as_live(stack)

    def judge(run, name, *names, changes=(), options=()):
        folder = tmp_path_factory.mktemp(name)
        page = folder / "page"
        shutil.copytree(PAGES / name, page)
        (folder / "node_modules").symlink_to(NODE_MODULES)
        for file, old, new in changes:
            text = (page / file).read_text()
            assert old in text, f"{file} of {name} has no {old!r} any more"
            (page / file).write_text(text.replace(old, new))
        (page / "bundle.js").write_bytes(Bundler(page, NODE_MODULES).bundle(ENTRIES[name]))
        reached = json.dumps({"url": stack.api_url, "key": stack.anon_key})
        (page / "settings.js").write_text(f"const SETTINGS = {reached}")
        where = [f"tests/e2e/test_{each}" for each in names] or ["tests/e2e"]
        with serving(page) as address:
            told = ["--env", "staging", f"--base-url={address}", f"--frontend={page / 'frontend.toml'}"]
            report = {"CONNECT_REPORT_DIR": str(folder / "report")}
            return run("-m", "e2e", *where, *told, *options, "--allow-writes", "-rs", **settings, **report)

    return judge


def lacks(done):
    """What the run said not to be applicable, in order."""
    return sorted({*re.findall(r"not applicable: (.*)", done.stdout)})


def absent(title, *features):
    """What a run says of features that a description declares absent."""
    return {f"the description of {title} declares '{each}' absent" for each in features}


def test_a_page_in_react_passes_everything(run, foreign):
    """Hooks, an outbox, badges, ticks: all is green, or is what the page does not have."""
    done = foreign(run, "react")
    assert done.returncode == 0, done.stdout + done.stderr
    assert lacks(done) == sorted({*absent("Parlour", "reply", "pending", "flags", "older"), *OTHERWISE})


def test_a_page_in_vue_passes_everything(run, foreign):
    """A store, a reversed column, transitions, replies: all is green, or is what the page does not have."""
    done = foreign(run, "vue", options=[WIDE])
    assert done.returncode == 0, done.stdout + done.stderr
    features = ("badge", "ticks", "delivery", "flags", "pending", "optimistic", "connection", "retry")
    form = "the description of Harbour has no sign-in form"
    assert lacks(done) == sorted({*absent("Harbour", *features), form, *OTHERWISE})


def test_its_layout_for_phones_passes(run, foreign):
    """Where an open conversation covers the list, and fades away from it, what is done with both is the same."""
    done = foreign(run, "vue", "guide.py", "preview.py", "remounting.py", options=[NARROW])
    assert done.returncode == 0, done.stdout + done.stderr
    assert lacks(done) == []


@pytest.mark.parametrize(
    ("name", "twin", "test", "says"),
    [
        ("react", HEARD_TWICE, "sent_message_appears_once", r"it shows \['(message \S+)', '\1'"),
        ("vue", BY_THE_CLOCK, "in_order_of_seq", r"it shows \['written long ago .*', 'message .*', 'after it .*'\]"),
        ("vue", BY_ITS_PLACE, "sent_message_appears_once", r"not drawn: .* does not show 'message .* delivered"),
    ],
    ids=["heard-twice", "by-the-clock", "by-its-place"],
)
def test_a_bad_twin_is_red(run, foreign, name, twin, test, says):
    """A page with a mistake that is usual in its framework fails the test of it, and the first sentence says how."""
    done = foreign(run, name, "guide.py", changes=twin, options=[f"-k={test} and not 390x844"])
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed" in done.stdout
    assert re.search(rf"AssertionError: .*{says}", done.stdout), done.stdout

"""Chat pages in other frameworks, as people write them: the right ones are judged right, their bad twins by name."""

import json
import re
import shutil

import pytest

from connect import paths
from stack.web import NODE_MODULES
from stack.web.bundling import Bundler

PAGES = paths.ROOT / "tests" / "connect" / "scenario" / "pages"
ENTRIES = {"react": "main.jsx", "vue": "main.js"}


@pytest.fixture(scope="module")
def foreign(stack_of, tmp_path_factory):
    """Builds a page, with changes to its files that make it another, and runs tests of tests/e2e on it; the outcome."""
    from tests.pgproof.browser.fix_sites import serving

    missing = [name for name in ENTRIES if not (NODE_MODULES / name).is_dir()]
    if missing:
        pytest.skip(f"not in node_modules: {', '.join(missing)}; run: make setup-all")
    stack = stack_of("staging")
    users = ",".join(f"{user['email']}:{user['password']}" for user in stack.users)
    values = {"DSN": stack.verifier_dsn, "API_URL": stack.api_url, "ANON_KEY": stack.anon_key}
    settings = {f"CONNECT_STAGING_{key}": value for key, value in values.items()} | {"CONNECT_E2E_USERS": users}

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


HEARD_TWICE = [
    ("hooks.js", "  const next = new Map(rows)\n",
     "  const next = new Map(rows)\n  if (action.type === 'heard') return next.set(Symbol(), action.rows[0])\n"),
    ("hooks.js", "eventType !== 'DELETE' && dispatch", "eventType === 'INSERT' && dispatch"),
    ("hooks.js", "return follow('thread'", "follow('thread'"),
    ("thread.jsx", "messages.map((each) =>", "messages.map((each, index) =>"),
    ("thread.jsx", "key={each.client_generated_id ?? each.id}", "key={index}"),
]
BY_CLOCK = [("useTide.js", "b.seq - a.seq", "Date.parse(b.created_at) - Date.parse(a.created_at)")]
BY_PLACE = [
    ("Deck.js", 'v-for="row in messages" :key="row.id"', 'v-for="(row, index) in messages" :key="index"'),
    ("Deck.js", "  emits: ['answer'],", "  emits: ['answer'],\n  setup: ({ row }) => ({ text: row.message_text }),"),
    ("Deck.js", "{{ row.message_text }}</span>", "{{ text }}</span>"),
]


def test_try(run, foreign):
    import os, time
    began = time.time()
    done = foreign(run, os.environ["TRY"], *os.environ.get("TRY_NAMES", "").split(), changes=eval(os.environ.get('TRY_TWIN', '()')), options=os.environ.get("TRY_OPTIONS", "").split())
    print(done.stdout, done.stderr, time.time() - began)
    assert 0

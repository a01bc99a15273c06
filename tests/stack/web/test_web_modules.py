"""The modules of the chat page that need no browser, in Node, and the types of all of them."""

import json
import subprocess

import pytest

from connect.paths import ROOT
from pgproof.node import node

WEB = ROOT / "tests" / "stack" / "web"
MODULES = ("calls", "chatView", "feed", "history", "messageStore", "pendingQueue", "reading", "receipts")


def ran(*arguments):
    """What Node said, and its exit code."""
    return subprocess.run([node(), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_does_what_its_own_tests_say(name):
    """Messages are ordered and shown once, what is unsent waits its turn, and calls are repeated within bounds."""
    done = ran("--test", "--test-timeout=60000", str(WEB / f"{name}.test.mjs"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr, "a warning"


def test_every_test_of_a_module_is_run():
    """No file of tests is forgotten."""
    assert {path.name for path in WEB.glob("*.mjs")} == {f"{name}.test.mjs" for name in MODULES}


def test_types_fit_the_schema_and_supabase_js(tmp_path):
    """The page's modules agree with each other, with the schema and with supabase-js; a wrong column would be told."""
    (tmp_path / "planted.ts").write_text(
        f"import type {{ Client }} from '{ROOT}/stack/web/types/page';\n"
        "export const ask = async (client: Client) => {\n"
        "  const { data } = await client.from('chat_messages').select('message_txt').single();\n"
        "  return data?.message_txt;\n};\n"
    )
    web = ROOT / "stack" / "web"
    included = ["planted.ts", str(web / "static" / "js"), str(web / "types")]
    settings = {"extends": str(web / "tsconfig.json"), "include": included}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings))
    done = ran("node_modules/typescript/bin/tsc", "--project", str(tmp_path))
    errors = [line for line in done.stdout.splitlines() if "error TS" in line]
    assert len(errors) == 1, done.stdout
    assert "planted.ts" in errors[0]
    assert "message_txt" in errors[0]

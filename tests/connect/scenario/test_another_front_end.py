"""Any page that talks to the API can be verified: here the chat page at another address, with a description of its own
that knows no test ids, on a stack that the run takes for a live project.
"""

import asyncio
import re
import threading
from contextlib import contextmanager

import psycopg
import pytest
import uvicorn

from stack.listening import listen, url
from stack.web import page
from tests.connect.scenario.fix_own_pages import as_live

FRONTEND = """
name = "my page"
path = "/chat"
absent = ["ticks", "reply", "optimistic", "pending", "connection", "alert", "flags"]
[sign_in.form]
email = "#email"
password = "#password"
submit = "form button.primary"
[selectors]
conversation = "a.conversation"
conversation_name = ".conversation-name"
last_message = ".conversation-preview bdi"
badge = ".badge"
message = ".message"
message_text = ".message-text"
own = ".own"
composer = "textarea"
send = ".send"
"""


@contextmanager
def serving(stack, api_url, tmp_path, key=None):
    """The options with which a run is told of a page that talks to this API. key: the stack's own if not given."""
    people = [{"id": user["id"], "name": user["email"], "email": user["email"]} for user in stack.users]
    config = {"apiUrl": api_url, "anonKey": key or stack.anon_key, "people": people, "password": "connect-demo"}
    listener = listen(0)
    server = uvicorn.Server(uvicorn.Config(page(config), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    (tmp_path / "mine.toml").write_text(FRONTEND)
    # With =, since pytest takes a file that it finds among its arguments for a place to look for tests.
    yield [f"--base-url={url(listener)}", f"--frontend={tmp_path / 'mine.toml'}"]
    server.should_exit = True
    thread.join()


@pytest.fixture
def served(own_stack, tmp_path):
    """How a run is told of a page at an address of its own, and the stack behind it."""
    stack = own_stack("staging")
    with serving(stack, stack.api_url, tmp_path) as arguments:
        yield arguments, stack


def chats(stack):
    with psycopg.connect(stack.dsn) as connection:
        return connection.execute("SELECT id FROM public.chats ORDER BY id").fetchall()


def everything(stack):
    """All rows that a page could change."""
    tables = ("chats", "chat_participants", "chat_messages")
    with psycopg.connect(stack.dsn) as connection:
        return [connection.execute(f"SELECT * FROM public.{table} ORDER BY id").fetchall() for table in tables]


def hermit(stack):
    """Somebody new, who is in no conversation, with the others' password; their email."""
    query = """
        INSERT INTO auth.users (id, email, encrypted_password, email_confirmed_at)
        SELECT gen_random_uuid(), 'hermit@example.com', encrypted_password, now() FROM auth.users LIMIT 1
        RETURNING email
    """
    with psycopg.connect(stack.dsn) as connection:
        ((email,),) = connection.execute(query).fetchall()
    return email


def test_another_page_is_verified(run, served):
    """The guide's checks pass, what the page does not have is not applicable, and nothing is left behind."""
    arguments, stack = served
    before = chats(stack)
    guides = [f"tests/e2e/test_{name}.py" for name in ("guide", "conversations", "sending", "realtime")]
    done = run("-m", "e2e", *guides, "--env", "staging", *arguments, "-rs", **as_live(stack, "STAGING"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not applicable: the description of my page declares 'ticks' absent" in done.stdout
    assert re.search(r"\b1[0-9] passed, 1 skipped", done.stdout), done.stdout
    assert chats(stack) == before


def test_production_is_only_read(run, served):
    """Without --allow-writes only what looks runs, the others say why they do not, and not even a tick is changed."""
    arguments, stack = served
    before = everything(stack)
    assert [row for row in before[2] if "sent" in row], "nothing that a page would report as delivered"
    # The database is staging's; what is tested is the name.
    done = run("tests/e2e/test_guide.py", "--env", "prod", *arguments, "-rs", **as_live(stack, "PROD"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 3 skipped" in done.stdout
    assert "not applicable: it writes, and live Connect-Prod is only read without --allow-writes" in done.stdout
    assert everything(stack) == before


def test_who_is_in_no_conversation_proves_nothing(run, served):
    """An empty list would agree with a page that shows nothing; the failure says whom to name instead."""
    arguments, stack = served
    given = as_live(stack, "PROD")
    given["CONNECT_E2E_USERS"] = f"{hermit(stack)}:{stack.users[0]['password']}," + given["CONNECT_E2E_USERS"]
    done = run("tests/e2e/test_guide.py", "--env", "prod", *arguments, **given)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "hermit@example.com is in no conversation" in done.stdout


def test_a_page_of_another_project_is_named(run, stack_of, tmp_path):
    """A live run ends, in whichever worker, and says whom the page talks to instead; nobody is signed in there."""
    stack = stack_of("staging")
    with serving(stack, "https://project.supabase.co", tmp_path, "sb_publishable_of-another") as arguments:
        where = ("--env", "staging", *arguments, "-n", "1")
        done = run("tests/e2e/test_guide.py", "-k", "load", *where, **as_live(stack, "STAGING"))
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 2, said
    assert f"talks to https://project.supabase.co, not to {stack.api_url} of CONNECT_STAGING_API_URL; build it" in said
    assert "INTERNALERROR" not in said


SMALL = """
name = "a small page"
path = "/index.html"
order = "any"
absent = ["badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags", "retry", "preview",
  "delivery", "deletion", "older"]
[sign_in.form]
email = "#email"
password = "#password"
submit = "form button"
[selectors]
conversation = "nav p"
conversation_name = "nav p"
message = "main p"
message_text = "main p"
own = ".own"
composer = "textarea"
"""


def test_nothing_is_sent_into_somebodys_chat(run, stack_of, built_page):
    """What a page that opened another chat by itself would send there is refused; the test is inconclusive."""
    stack = stack_of("staging")
    before = everything(stack)[2]
    mine = built_page("stuck", SMALL, built_for=stack.api_url, key=stack.anon_key)
    where = [each for each in mine.arguments if "=" in each]
    sends = "tests/e2e/test_guide.py::test_a_sent_message_appears_once"
    done = run(sends, "--env", "staging", *where, **as_live(stack, "STAGING"))
    assert done.returncode == 1, done.stdout + done.stderr
    told = "inconclusive: the page sent into a chat that is not the test's, which was refused: POST /rest/v1/chat_mess"
    assert told in done.stdout, done.stdout
    assert everything(stack)[2] == before


LISTING = """
CREATE FUNCTION public.{name}() RETURNS SETOF text LANGUAGE sql {volatility} AS
$$ SELECT c.name FROM public.chats c JOIN public.chat_participants p ON p.chat_id = c.id AND p.user_id = auth.uid() $$;
"""


def test_a_list_by_a_function_is_read_where_it_cannot_write(run, own_stack, built_page, tmp_path):
    """On production a function that is STABLE is called; of a VOLATILE one nobody knows whether it only lists."""
    (tmp_path / "functions.sql").write_text(
        LISTING.format(name="list_chats", volatility="STABLE") + LISTING.format(name="list_all", volatility="VOLATILE")
    )
    stack = own_stack("prod", "--sql", str(tmp_path / "functions.sql"))
    mine = built_page("by_call", SMALL, built_for=stack.api_url, key=stack.anon_key)
    where = ["--env", "prod", *(each for each in mine.arguments if "=" in each)]
    loads = "tests/e2e/test_guide.py::test_conversations_load_without_an_error"
    said = {}
    for name in ("list_chats", "list_all"):
        (tmp_path / "mine.toml").write_text(SMALL.replace("index.html", f"index.html?by={name}"))
        done = run(loads, *where, **as_live(stack, "PROD"))
        said[name] = done.stdout + done.stderr
    assert "1 passed" in said["list_chats"], said["list_chats"]
    assert "1 failed" in said["list_all"], said["list_all"]
    told = "which may need for them what this run held back, POST /rest/v1/rpc/list_all; a function that only reads"
    assert told in said["list_all"], said["list_all"]

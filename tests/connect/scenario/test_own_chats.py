"""On a live project a page sends into the chats of its test only; what it would send into others is refused."""

import json
from types import SimpleNamespace

import pytest

from connect.scenario.own_chats import OwnChats, chats
from tests.pgproof.browser.fix_guarded import hosted

MINE, THEIRS = "6b1f0a52-3f7e-4a5d-9c1e-2f8d1a7b4c01", "c2d94e10-7a3b-4f66-8e05-91b0d7e3aa02"
TABLE, CALL = "/rest/v1/chat_messages", "/rest/v1/rpc/send_message"
SEND = """async ([url, method, body]) => {
    const sent = typeof body === 'object' && body ? Uint8Array.from(Object.values(body)) : body
    try { return (await fetch(url, { method, body: sent })).status } catch { return 'refused' } }"""


@pytest.fixture
def sending(browser, guarded_hosts):
    """Sends from a page whose test has one chat; what arrives, and what keeps it."""
    site, _ = guarded_hosts
    with hosted() as api, browser.new_context() as context:
        own_chats = OwnChats({MINE}, "1a2b")
        own_chats.watch(context)
        page = context.new_page()
        page.goto(f"{site.url}/page.html")
        yield lambda path, body, method="POST": page.evaluate(SEND, [api.url + path, method, body]), api, own_chats


def test_what_is_sent_into_somebodys_chat_does_not_leave(sending):
    """By the table or by a function, the test's text does not come into a chat that was there before."""
    send, api, own_chats = sending
    assert send(TABLE, json.dumps({"chat_id": THEIRS, "message_text": "hello 1a2b-1"})) == "refused"
    assert send(CALL, json.dumps({"p_chat_id": THEIRS, "p_text": "hello 1a2b-1"})) == "refused"
    assert api.arrived == []
    assert own_chats.refused == [f"POST {path} for the chat {THEIRS}" for path in (TABLE, CALL)]


def test_everything_else_leaves(sending):
    """Into the test's chat, by a function that sends nothing of the test, and what reads."""
    send, api, own_chats = sending
    assert send(TABLE, json.dumps([{"chat_id": MINE.upper(), "thread_id": THEIRS}])) == 200
    assert send(CALL, json.dumps({"p_chat_id": MINE, "p_text": "hello 1a2b-1", "p_thread_id": THEIRS})) == 200
    assert send("/rest/v1/rpc/typing_in", json.dumps({"chat_id": THEIRS})) == 200
    assert send("/rest/v1/rpc/keep_picture", {"0": 255}) == 200
    assert send(f"{TABLE}?chat_id=eq.{THEIRS}", None, "GET") == 200
    assert len(api.arrived) == 5
    assert own_chats.refused == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (json.dumps({"conversationId": THEIRS}), [THEIRS]),
        (json.dumps([{"chat_id": MINE}, {"chat_id": THEIRS}]), [MINE, THEIRS]),
        (json.dumps({"chat_id": 5, "id": THEIRS, "chat_name": THEIRS}), []),
        ("no JSON", []),
        ("null", []),
        ('"text"', []),
    ],
)
def test_a_body_names_chats(body, found):
    """In each row, by an id under a name that means a chat."""
    assert list(chats(body)) == found


@pytest.mark.parametrize("title", [None, ".title"])
def test_it_is_told_whose_fault_it_is(title):
    """Where nothing says which chat is open, nobody can tell; a page that shows one and sends into another is wrong."""
    own_chats = OwnChats({MINE}, "1a2b")
    frontend = SimpleNamespace(selectors=SimpleNamespace(open_conversation_name=title))
    assert own_chats.doubt(frontend) is None
    own_chats.refused.append(f"POST {TABLE} for the chat {THEIRS}")
    said, is_fault = own_chats.doubt(frontend)
    assert is_fault is (title is not None)
    assert said.startswith("inconclusive: the page sent") is not is_fault
    assert said.startswith("the page sent") is is_fault

"""A page asks one project: what it asks of another is refused and named, and what only looks like that is not."""

import re

import pytest

from pgproof.browser.other_projects import OtherProjects, is_supabase, pattern
from tests.pgproof.browser.fix_guarded import hosted

HOSTED, PAGE = "https://abc.supabase.co", "http://localhost:3000/app"
OWN = "https://abcdefghijklmnopqrst.supabase.co"
ASK = """async ([url, headers]) => {
    try { return (await fetch(url, { method: 'POST', headers, body: '{}' })).status } catch { return 'refused' } }"""
CONNECT = """([url]) => new Promise((resolve) => { const socket = new WebSocket(url)
    socket.onopen = () => { socket.close(); resolve('open') } })"""


@pytest.fixture
def astray(browser, guarded_hosts):
    """A page that is watched, whom else it asked, its API, and the host that is not its API."""
    site, other = guarded_hosts
    other.arrived.clear()
    with hosted() as api, browser.new_context() as context:
        others = OtherProjects(api.url, site.url, "own-key")
        others.watch(context)
        page = context.new_page()
        page.goto(f"{site.url}/page.html")
        yield page, others, api, other


def test_what_is_for_another_project_does_not_leave(astray):
    """A sign-in at another project is refused and named; the page's own project is asked as ever."""
    page, others, api, other = astray
    key = {"apikey": "anon"}
    assert page.evaluate(ASK, [f"{other.url}/auth/v1/token?grant_type=password", key]) == "refused"
    assert page.evaluate(ASK, [f"{api.url}/auth/v1/token?grant_type=password", key]) == 200
    assert (others.asked, others.reached) == ({other.url}, set())
    assert (other.arrived, api.arrived) == ([], ["POST /auth/v1/token"])


def test_who_is_no_project_is_asked(astray):
    """An API of somebody else's with such a path, but no key, and a public file of another project are not refused."""
    page, others, _, other = astray
    assert page.evaluate(ASK, [f"{other.url}/auth/v1/me", {"authorization": "Bearer x"}]) == 200
    assert page.evaluate(ASK, [f"{other.url}/storage/v1/object/public/photos/1.png", {"apikey": "anon"}]) == 200
    assert others.asked == set()


def test_the_own_project_is_known_by_its_key(astray):
    """A project that goes by two names, such as its own domain and the platform's, is one: its key is the same."""
    page, others, _, other = astray
    assert page.evaluate(ASK, [f"{other.url}/rest/v1/rpc/count", {"apikey": "own-key"}]) == 200
    page.evaluate(CONNECT, [f"{other.url.replace('http', 'ws')}/realtime/v1/websocket?apikey=own-key"])
    assert others.asked == set()


def test_a_websocket_to_another_project_is_named(astray):
    """Its address, as a page is opened at, is kept; that of the page's own project is not."""
    page, others, api, other = astray
    for host in (api, other):
        page.evaluate(CONNECT, [f"{host.url.replace('http', 'ws')}/realtime/v1/websocket?apikey=anon"])
    assert others.asked == others.reached == {other.url}


@pytest.mark.parametrize(
    ("api_url", "cookie", "is_another"),
    [
        (OWN, "sb-abcdefghijklmnopqrst-auth-token", False),
        (OWN, "sb-zyxwvutsrqponmlkjihg-auth-token.0", True),
        (OWN, "sb-zyxwvutsrqponmlkjihg-auth-token-code-verifier", False),
        (OWN, "sb-api-auth-token", False),
        ("https://api.example.com", "sb-zyxwvutsrqponmlkjihg-auth-token", False),
    ],
)
def test_a_session_of_another_project_is_named(browser, api_url, cookie, is_another):
    """A page whose own server signs people in shows only by its cookie at which hosted project it does."""
    with browser.new_context() as context:
        others = OtherProjects(api_url, PAGE, "own-key")
        context.add_cookies([{"name": cookie, "value": "base64-x", "url": PAGE, "httpOnly": True}])
        assert others.look(context) is is_another
    assert others.asked == others.reached == ({"https://zyxwvutsrqponmlkjihg.supabase.co"} if is_another else set())


@pytest.mark.parametrize(
    ("api", "asked", "is_another"),
    [
        (HOSTED, "https://abc.supabase.co/rest/v1/chats", False),
        (HOSTED, "https://abc.storage.supabase.co/storage/v1/upload/resumable", False),
        (HOSTED, "wss://abc.supabase.co/realtime/v1/websocket?apikey=x", False),
        (HOSTED, "https://xyz.supabase.co/rest/v1/chats", True),
        (HOSTED, "wss://xyz.supabase.co/realtime/v1/websocket?apikey=x", True),
        (HOSTED, "https://xyz.supabase.co/graphql/v1", True),
        (HOSTED, "https://xyz.supabase.co/storage/v1/object/photos/1.png", True),
        (HOSTED, "https://xyz.supabase.co/storage/v1/object/public/photos/1.png", False),
        (HOSTED, "https://xyz.supabase.co/storage/v1/render/image/sign/photos/1.png?token=x", False),
        (HOSTED, "https://abc.supabase.co.example/rest/v1/chats", True),
        (HOSTED, "http://localhost:3000/rest/v1/chats", False),
        (HOSTED, "http://127.0.0.1:3000/api/auth/v1/token", False),
        (HOSTED, "http://localhost:3001/rest/v1/chats", True),
        (HOSTED, "https://counts.example/visit?of=/rest/v1/chats", False),
        (HOSTED, "https://api.example/rest/v10/chats", False),
        ("http://127.0.0.1:54321", "http://localhost:54321/rest/v1/chats", False),
        ("http://127.0.0.1:54321", "http://[::1]:54321/rest/v1/chats", False),
        ("http://127.0.0.1:54321", "http://127.0.0.1:5432/rest/v1/chats", True),
        ("https://db.example:443/staging/", "https://db.example/staging/rest/v1/chats", False),
        ("https://db.example/staging", "https://db.example/prod/rest/v1/chats", True),
    ],
)
def test_an_address_is_of_this_project_or_of_another(api, asked, is_another):
    """A project has several names, for its services and on this machine; every other host is another project."""
    assert bool(pattern(api, PAGE).search(asked)) is is_another


def test_a_hosted_project_needs_no_key_to_be_known():
    """What is at the platform's address is a project whatever the request holds; elsewhere the key tells."""
    assert is_supabase("https://xyz.supabase.co/functions/v1/send", ())
    assert is_supabase("https://api.example/rest/v1/chats", {"apikey"})
    assert not is_supabase("https://api.example/rest/v1/chats", {"authorization"})
    assert not re.search(pattern(HOSTED, PAGE), "data:text/plain,/rest/v1/")

"""A page that a run only looks at reads as ever, in every way, and nothing that it writes leaves the browser."""

import json

import pytest

from pgproof.browser import Log, guard
from pgproof.browser.vocabulary import Vocabulary
from pgproof.scrub import Scrubber

MESSAGES = "/rest/v1/chat_messages"
SOCKET = "/realtime/v1/websocket"
HELD = '403 {"message": "this run only reads"}'

# How each kind of worker is told, and answers. The first is the page itself.
WORKERS = {
    "page": """async ([told]) => { await new Promise((resolve) => {
        const script = document.createElement('script'); script.src = 'asks.js'; script.onload = resolve
        document.body.append(script) }); return asked(told) }""",
    "dedicated": """([told]) => new Promise((resolve) => { const worker = new Worker('dedicated.js')
        worker.onmessage = (event) => resolve(event.data); worker.postMessage(told) })""",
    "nested": """([told]) => new Promise((resolve) => { const worker = new Worker('nested.js')
        worker.onmessage = (event) => resolve(event.data); worker.postMessage(told) })""",
    "shared": """([told]) => new Promise((resolve) => { const { port } = new SharedWorker('shared.js')
        port.onmessage = (event) => resolve(event.data); port.postMessage(told) })""",
    "service": """async ([told]) => { const there = navigator.serviceWorker; await there.register('service.js')
        if (!there.controller) await new Promise((resolve) => there.addEventListener('controllerchange', resolve))
        return new Promise((resolve) => {
            there.onmessage = (event) => resolve(event.data); there.controller.postMessage(told) }) }""",
    "through a service worker": """async ([{ url, method }]) => { const there = navigator.serviceWorker
        await there.register('service.js')
        if (!there.controller) await new Promise((resolve) => there.addEventListener('controllerchange', resolve))
        const answer = await fetch(url, { method, ...(method === 'POST' ? { body: '{}' } : {}) })
        return `${answer.status} ${await answer.text()}` }""",
}
# How a page writes without waiting for an answer; the last ones leave it.
WAYS = {
    "xhr": "([url]) => { const x = new XMLHttpRequest(); x.open('POST', url); x.send('{}') }",
    "beacon": "([url]) => { navigator.sendBeacon(url, '{}') }",
    "keepalive": "([url]) => { fetch(url, { method: 'POST', keepalive: true, body: '{}' }).catch(() => 0) }",
    "stream": """([url]) => { const x = new XMLHttpRequest(); x.open('PATCH', url); x.send(new Blob(['{}'])) }""",
    "ping": """([url]) => { const a = document.createElement('a'); a.href = '#x'; a.ping = url
        document.body.append(a); a.click() }""",
    "iframe": """([url]) => { const i = document.createElement('iframe'); document.body.append(i)
        i.contentWindow.fetch(url, { method: 'POST', body: '{}' }).catch(() => 0) }""",
    "form in a frame": """([url]) => { document.body.insertAdjacentHTML('beforeend',
        `<iframe name=f></iframe><form method=post target=f action="${url}"></form>`)
        document.querySelector('form').submit() }""",
    "form": """([url]) => { document.body.insertAdjacentHTML('beforeend',
        `<form method=post action="${url}"></form>`); document.querySelector('form').submit() }""",
    "form in a new tab": """([url]) => { document.body.insertAdjacentHTML('beforeend',
        `<form method=post target=_blank action="${url}"></form>`); document.querySelector('form').submit() }""",
}
LEAVING = {
    "beacon": "([url]) => addEventListener('pagehide', () => navigator.sendBeacon(url, '{}'))",
    "keepalive": """([url]) => addEventListener('pagehide', () => {
        fetch(url, { method: 'POST', keepalive: true, body: '{}' }) })""",
}
READING = {
    "image": "([url]) => { new Image().src = url }",
    "event source": "([url]) => { new EventSource(url) }",
    "prefetch": """([url]) => { const l = document.createElement('link'); l.rel = 'prefetch'; l.href = url
        document.head.append(l) }""",
    "frame": "([url]) => { const i = document.createElement('iframe'); i.src = url; document.body.append(i) }",
}


def frame(event):
    """A frame with which a page tells realtime something."""
    return json.dumps(["1", "2", "realtime:chat", event, {}])


def settled(guarded):
    """What reached the API, once a request that the page made last has arrived there."""
    with guarded.page.context.new_page() as last:
        last.goto(f"{guarded.api.url}/last")
    assert guarded.api.got("GET /last")
    return [each for each in guarded.api.arrived if each != "GET /last" and each != "GET /favicon.ico"]


@pytest.mark.parametrize("kind", WORKERS)
def test_of_what_a_worker_asks_only_reading_leaves(guarded, kind):
    """A message that any kind of worker sends is held back, what it reads arrives, and nothing counts as marked."""
    api = guarded.api.url
    answers = [
        guarded.run(WORKERS[kind], {"url": api + path, "method": method})
        for method, path in (
            ("POST", MESSAGES),
            ("GET", MESSAGES),
            ("POST", "/rest/v1/rpc/mark_messages_as_read"),
            ("POST", "/rest/v1/rpc/get_unread_count"),
            ("POST", "/auth/v1/token?grant_type=password"),
        )
    ]
    assert answers == [HELD, "200 []", '200 [{"updated_count": 0}]', "200 []", "200 []"]
    assert settled(guarded) == [f"GET {MESSAGES}", "POST /rest/v1/rpc/get_unread_count", "POST /auth/v1/token"]


@pytest.mark.parametrize("kind", [kind for kind in WORKERS if not kind.startswith("through")])
def test_of_what_a_websocket_says_only_what_asks_to_be_told_leaves(guarded, kind):
    """From any kind of worker a subscription arrives; a broadcast does not, and is answered as if it had."""
    url = guarded.api.url.replace("http", "ws") + SOCKET
    assert guarded.run(WORKERS[kind], {"url": url, "frame": frame("phx_join")}) == "heard"
    answer = guarded.run(WORKERS[kind], {"url": url, "frame": frame("broadcast")})
    assert json.loads(answer) == ["1", "2", "realtime:chat", "phx_reply", {"status": "ok", "response": {}}]
    assert guarded.run(WORKERS[kind], {"url": url, "frame": frame("heartbeat")}) == "heard"
    assert settled(guarded) == [f"FRAME {frame('phx_join')}", f"FRAME {frame('heartbeat')}"]


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_write_leaves_the_page(guarded, way):
    """However a page writes, nothing of it reaches the API."""
    with guarded.page.context.expect_event("request", lambda request: MESSAGES in request.url):
        guarded.run(WAYS[way], guarded.api.url + MESSAGES)
    assert settled(guarded) == []


@pytest.mark.parametrize("way", LEAVING)
@pytest.mark.parametrize("end", ["another page", "tab closed"])
def test_nothing_leaves_with_the_page(guarded, way, end):
    """What a page writes while it is left or closed does not reach the API either."""
    guarded.run(LEAVING[way], guarded.api.url + MESSAGES)
    if end == "tab closed":
        guarded.page.close()
    else:
        guarded.page.goto(f"{guarded.site.url}/page.html?again")
    assert settled(guarded) == []


@pytest.mark.parametrize("way", LEAVING)
def test_nothing_leaves_as_the_device_is_closed(browser, guarded, way):
    """What a page has just sent when its device is closed does not reach the API: the proxy has taken it in or ends."""
    guarded.run(WAYS[way], guarded.api.url + MESSAGES)
    guarded.end()
    with browser.new_context() as another:
        another.new_page().goto(f"{guarded.api.url}/last")
    assert guarded.api.got("GET /last")
    assert [each for each in guarded.api.arrived if each.startswith("POST")] == []


@pytest.mark.parametrize("way", READING)
def test_what_reads_arrives(guarded, way):
    """What only reads reaches the API, however the page asks."""
    guarded.run(READING[way], f"{guarded.api.url}/rest/v1/read")
    assert guarded.api.got("GET /rest/v1/read")


@pytest.mark.parametrize(
    "path",
    [
        "/rest/v1/rpc/get_or_create_chat",
        "/rest/v1/rpc/send",
        "/rest/v1/chat_messages?note=/rest/v1/rpc/get_chat",
        "/auth/v1/signup",
        "/auth/v1/otp",
        "/auth/v1/logout",
        "/functions/v1/send",
        "/storage/v1/object/photos/1.png",
        "/realtime/v1/api/broadcast",
        "/graphql/v1",
    ],
)
def test_what_may_write_is_held_back(guarded, path):
    """A request that might write is held back, whichever service of the project it is for."""
    assert guarded.run(WORKERS["page"], {"url": guarded.api.url + path, "method": "POST"}) == HELD
    assert settled(guarded) == []


def test_the_pages_own_server_is_only_read(guarded):
    """What a page sends to its own server, which may write for it, is held back; what it reads there arrives."""
    url = f"{guarded.site.url}/api/send"
    assert guarded.run(WORKERS["page"], {"url": url, "method": "POST"}) == HELD
    assert guarded.run(WORKERS["page"], {"url": url, "method": "GET"}) == "200 []"
    socket = guarded.site.url.replace("http", "ws") + "/live"
    reply = json.loads(guarded.run(WORKERS["page"], {"url": socket, "frame": frame("send")}))
    assert reply[4]["status"] == "ok"
    assert [each for each in guarded.site.arrived if "send" in each] == ["GET /api/send"]


def test_who_counts_visits_hears_nothing(guarded):
    """What a page tells a third host is held back without an error, so a page that is counted is not a broken one."""
    assert guarded.run(WORKERS["page"], {"url": f"{guarded.other.url}/visit", "method": "POST"}) == "204 "
    assert guarded.other.arrived == []


def test_a_test_is_told_what_the_page_tried_to_write(guarded):
    """The first of the page's problems says what was held back, and first where that is judged; then the rest."""
    log = Log(guarded.page, Scrubber())
    guarded.run(WORKERS["page"], {"url": guarded.api.url + MESSAGES, "method": "POST"})
    told = f"the page tried to write, POST {MESSAGES}, and this run only reads; judge what it writes on a stack"
    assert log.problems[0].startswith(f"held back: {told}")
    guarded.run(WORKERS["page"], {"url": f"{guarded.api.url}/rest/v1/rpc/list", "method": "POST"})
    assert "a function that only reads is let through once it is STABLE" in log.problems[1]
    assert log.withheld.posts == [f"POST {MESSAGES}", "POST /rest/v1/rpc/list"]


SAYS = "([text]) => console.error(text)"


@pytest.mark.parametrize(
    ("says", "is_known"),
    [
        ("last_seen: this run only reads", True),
        ("could not read the list", False),
        ("Error loading conversations: this run only reads", False),
    ],
)
def test_what_follows_from_holding_back_is_told_apart(guarded, says, is_known):
    """What the browser and the page say of a write that was held back is no fault of the page; any other error is."""
    log = Log(guarded.page, Scrubber(), vocabulary=Vocabulary(wrong="Error loading conversations"))
    assert not log.only_held_back, "nothing went wrong yet"
    guarded.run(WORKERS["page"], {"url": f"{guarded.api.url}/rest/v1/profiles?id=eq.1", "method": "PATCH"})
    guarded.run(SAYS, says)
    assert any("Failed to load resource" in each for each in log.problems)
    assert log.only_held_back is is_known
    assert log.is_plainly_wrong is says.startswith("Error loading")


def test_what_another_host_was_not_sent_is_known(guarded):
    """It is no problem of the page, but what is missing on it may be missing for that."""
    log = Log(guarded.page, Scrubber())
    guarded.run(WORKERS["page"], {"url": f"{guarded.other.url}/v1/client?token=x", "method": "POST"})
    assert log.withheld.unsent == [f"POST {guarded.other.url}/v1/client"]
    assert log.problems == []


@pytest.mark.parametrize(
    ("method", "path", "leaves"),
    [
        ("POST", "/rest/v1/rpc/list_chats", True),
        ("POST", "/rest/v1/rpc/list%5Fchats?limit=9", True),
        ("POST", "/rest/v1/rpc/List_chats", False),
        ("POST", "/rest/v1/rpc/list_chats/more", False),
        ("DELETE", "/rest/v1/rpc/list_chats", False),
        ("POST", "/storage/v1/object/sign/avatars", True),
        ("POST", "/storage/v1/object/list/avatars", True),
        ("POST", "/storage/v1/object/upload/sign/avatars/1.png", False),
        ("DELETE", "/storage/v1/object/sign/avatars", False),
        ("POST", "/storage/v1/object/avatars/sign/1.png", False),
    ],
)
def test_what_only_asks_by_post_leaves(method, path, leaves):
    """A function that is not VOLATILE, which the API runs in a read-only transaction, and looking up files."""
    rules = guard.Rules("https://x.example", "http://127.0.0.1:3000/chat", reading=frozenset({"list_chats"}))
    assert (rules.answer(method, f"https://x.example{path}") is None) is leaves


def test_a_servers_own_refusal_is_not_taken_for_one_of_the_run():
    """A 403 that the API itself answers stays what it is."""
    assert guard.held_back("POST", "http://api/rest/v1/chats", 403, {"content-type": "application/json"}) is None


def test_an_unknown_api_is_known_by_its_services():
    """Where nobody knows the API, signing in and reading leave, and every other write does not."""
    rules = guard.Rules(None, "http://127.0.0.1:3000/chat")
    assert rules.answer("POST", "https://x.example/auth/v1/token?grant_type=password") is None
    assert rules.answer("POST", "https://x.example/rest/v1/rpc/get_unread_count") is None
    assert rules.answer("POST", "https://x.example/rest/v1/chats").status == 403
    assert rules.answer("POST", "http://127.0.0.1:3000/api/send").status == 403
    assert rules.answer("POST", "https://counts.example/visit").status == 204
    assert rules.may_send("wss://x.example/realtime/v1/websocket", frame("phx_join"))
    assert not rules.may_send("wss://x.example/realtime/v1/websocket", frame("broadcast"))


@pytest.mark.parametrize("kind", ["page", "shared", "service"])
def test_over_tls_only_reading_leaves_too(guarded_over_tls, kind):
    """The API of a hosted project is guarded as one on this machine: reading arrives, writing does not."""
    guarded, api = guarded_over_tls, guarded_over_tls.api.url
    assert guarded.run(WORKERS[kind], {"url": api + MESSAGES, "method": "GET"}) == "200 []"
    assert guarded.run(WORKERS[kind], {"url": api + MESSAGES, "method": "POST"}) == HELD
    url = api.replace("http", "ws") + SOCKET
    assert guarded.run(WORKERS[kind], {"url": url, "frame": frame("phx_join")}) == "heard"
    assert "phx_reply" in guarded.run(WORKERS[kind], {"url": url, "frame": frame("presence")})
    guarded.run(LEAVING["beacon"], api + MESSAGES)
    guarded.page.goto(f"{guarded.site.url}/page.html?again")
    assert settled(guarded) == [f"GET {MESSAGES}", f"FRAME {frame('phx_join')}"]

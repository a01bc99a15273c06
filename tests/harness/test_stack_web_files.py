"""The chat page's files as they are served."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from stack.web import page

CONFIG = {"apiUrl": "http://127.0.0.1:4321", "anonKey": "key", "password": "secret", "people": []}


class Site:
    """A page's web application, asked without a network in between."""

    def __init__(self, application):
        self._application = application

    def get(self, path, **headers):
        """The answer, after redirections."""
        import httpx

        async def ask():
            transport = httpx.ASGITransport(self._application)
            async with httpx.AsyncClient(transport=transport, base_url="http://page", follow_redirects=True) as client:
                return await client.get(path, headers=headers)

        # A browser of another test may have its event loop in this thread.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(ask())).result()


@pytest.fixture(scope="module")
def site():
    """The page, with the packages of package.json."""
    return Site(page(CONFIG, {"deliveryTicks": False}))


def policy(answer):
    """The content security policy, by directive."""
    directives = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: allowed for name, *allowed in directives}


def test_the_root_leads_to_the_page(site):
    """Whoever opens the bare address is sent to /chat."""
    assert str(site.get("/").url).endswith("/chat")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/chat", "text/html"),
        ("/chat/js/main.js", "text/javascript"),
        ("/chat/css/base.css", "text/css"),
        ("/chat/icon.svg", "image/svg+xml"),
        ("/chat/vendor/supabase.js", "text/javascript"),
    ],
)
def test_a_file_is_served_as_what_it_is(site, path, kind):
    """Each kind of file has its media type."""
    answer = site.get(path)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)


def test_the_configuration_is_what_the_page_was_given(site):
    """config.json holds the configuration and the feature flags, and is never kept."""
    answer = site.get("/chat/config.json")
    assert answer.json() == {**CONFIG, "flags": {"deliveryTicks": False}}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_is_asked_about_each_time_and_sent_when_it_changed(site):
    """A browser's copy is used only after the server said that it is the newest."""
    answer = site.get("/chat/js/main.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert site.get("/chat/js/main.js", **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert site.get("/chat/js/main.js", **{"If-None-Match": '"another"'}).text == answer.text
    assert site.get("/chat/js/app.js").headers["ETag"] != answer.headers["ETag"]


def test_only_the_page_and_its_api_are_allowed(site):
    """The policy names the API, by HTTP and WebSocket, and nothing that could be somebody else's."""
    allowed = policy(site.get("/chat"))
    assert allowed["default-src"] == ["'none'"]
    assert allowed["script-src"] == allowed["style-src"] == ["'self'"]
    assert allowed["connect-src"] == ["'self'", "http://127.0.0.1:4321", "ws://127.0.0.1:4321"]


@pytest.mark.parametrize(
    "path", ["/chat/nothing.js", "/chat/..%2f__init__.py", "/chat/%2e%2e/__init__.py", "/chat//etc/passwd"]
)
def test_nothing_else_is_served(site, path):
    """What is not among the page's files is not found."""
    assert site.get(path).status_code == 404


def test_without_supabase_js_one_sentence_says_what_to_do(tmp_path):
    """A page that cannot work does not pretend to."""
    answer = Site(page(CONFIG, modules=tmp_path)).get("/chat")
    assert answer.status_code == 503
    assert answer.text == "The chat page needs @supabase/supabase-js, which is not installed; run: make setup-stack\n"

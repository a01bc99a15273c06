"""The chat page's files as they are served."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from connect.paths import ROOT
from stack.web import page
from stack.web.bundling import Bundler, NotBundledError

STATIC = ROOT / "stack" / "web" / "static"
NODE_MODULES = ROOT / "node_modules"
MODULES = [path.name for path in (STATIC / "js").glob("*.js")]
STYLES = [path.name for path in (STATIC / "css").glob("*.css") if path.name != "page.css"]
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
        ("/chat/page.js", "text/javascript"),
        ("/chat/page.css", "text/css"),
        ("/chat/js/main.js", "text/javascript"),
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


def test_one_file_holds_all_modules_and_another_all_style_sheets(site):
    """The page loads with a handful of requests, and what it is made of can be read."""
    script, style = site.get("/chat/page.js").text, site.get("/chat/page.css").text
    assert [name for name in MODULES if f"// js/{name}" not in script] == []
    assert "@import" not in style
    assert [name for name in STYLES if f"/* css/{name} */" not in style] == []


@pytest.fixture
def folder(tmp_path):
    """A page's folder with a module that imports another."""
    (tmp_path / "main.js").write_text("import { word } from './word.js'; console.log(word);")
    (tmp_path / "word.js").write_text("export const word = 'first';")
    return tmp_path


def test_a_changed_module_is_in_the_next_answer(folder):
    """Whoever edits the page sees it after a reload."""
    bundler = Bundler(folder, NODE_MODULES)
    assert b"first" in bundler.bundle("main.js")
    (folder / "word.js").write_text("export const word = 'second';")
    assert b"second" in bundler.bundle("main.js")


def test_a_broken_module_is_named(folder):
    """What cannot be bundled says where."""
    (folder / "word.js").write_text("export const word = ;")
    with pytest.raises(NotBundledError, match=r"word\.js:1:20"):
        Bundler(folder, NODE_MODULES).bundle("main.js")


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ((), "@supabase/supabase-js and esbuild, which"),
        (("@supabase/supabase-js/dist/umd/supabase.js",), "esbuild, which"),
        (("@esbuild/linux-x64/bin/esbuild",), "@supabase/supabase-js, which"),
    ],
)
def test_without_a_package_one_sentence_says_what_to_do(tmp_path, there, missing):
    """A page that cannot work does not pretend to."""
    for name in there:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    answer = Site(page(CONFIG, modules=tmp_path)).get("/chat")
    assert answer.status_code == 503
    assert answer.text == f"The chat page needs {missing} is not installed; run: make setup-stack\n"

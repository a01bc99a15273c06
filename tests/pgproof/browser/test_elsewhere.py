"""The browser may run on another machine, at a Playwright server, and what is wrong with that is one sentence."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from pgproof.browser import chromium, elsewhere, guarding_proxy
from pgproof.browser.guard import Rules
from pgproof.errors import UsageError


@contextmanager
def playwright_server():
    """The address of a server on this machine; it starts the browser that the suite uses here."""
    command = [sys.executable, "-m", "playwright", "run-server", "--host", "127.0.0.1", "--port", "0", "--unsafe"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            address = process.stdout.readline().rpartition(" ")[2].strip()
            options = json.dumps({"executablePath": found} if (found := chromium.find()) else {})
            yield f"{address}?launch-options={quote(options)}"
        finally:
            # The server is a child of this process.
            os.killpg(process.pid, signal.SIGKILL)


def seen(url):
    """What a browser shows at an address. In a thread of its own: a worker's own browser may be running."""

    def look():
        with chromium.running() as browser:
            page = browser.new_page()
            page.goto(url)
            return page.title()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(look).result()


def test_a_page_of_this_machine_is_seen_from_there(site_of, tmp_path, monkeypatch):
    """A browser at a Playwright server opens what only this machine serves."""
    (tmp_path / "index.html").write_text("<title>here</title>")
    site = site_of(tmp_path)
    with playwright_server() as address:
        monkeypatch.setenv(elsewhere.VARIABLE, address)
        assert seen(site) == "here"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://browsers:3000/", "is no address of a Playwright server; expected ws://HOST:PORT/"),
        ("ws://browsers:all/", "is no address of a Playwright server; expected ws://HOST:PORT/"),
        ("browsers:3000", "is no address of a Playwright server; expected ws://HOST:PORT/"),
        ("ws://127.0.0.1:1/?token=hidden", "no browser from 127.0.0.1:1: nothing listens there"),
        ("ws://127.0.0.1:1/?launch-options=hidden", "launch-options of 127.0.0.1:1 is no JSON object"),
        ("ws://127.0.0.1:1/?launch-options=3", "launch-options of 127.0.0.1:1 is no JSON object"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_sentence(monkeypatch, given, expected):
    """It says what is wrong, without what the address may hold beside its place."""
    monkeypatch.setenv(elsewhere.VARIABLE, given)
    with pytest.raises(UsageError) as raised:
        seen("about:blank")
    assert expected in str(raised.value)
    assert "hidden" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_window_is_shown_here_alone(monkeypatch):
    """--headed is refused, since nobody would see the window."""
    monkeypatch.setenv(elsewhere.VARIABLE, "ws://browsers:3000/")
    with pytest.raises(UsageError, match="--headed shows a window of this machine"):
        chromium.check_display(headed=True)


def test_what_holds_writes_back_is_not_gone_around(monkeypatch):
    """A page that may only look is not opened elsewhere, where nothing would hold its writes back; here it is."""
    monkeypatch.setenv(elsewhere.VARIABLE, "ws://browsers:3000/?token=hidden")
    with pytest.raises(UsageError, match="the browser at browsers:3000 would go around that"):
        guarding_proxy.running(Rules("", "")).__enter__()
    monkeypatch.setenv(elsewhere.VARIABLE, "ws://127.0.0.1:3000/")
    elsewhere.check_guarded()

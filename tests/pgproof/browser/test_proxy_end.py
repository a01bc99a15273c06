"""When the guarding proxy ends, so does every connection to it, whatever its other end does."""

import asyncio
import gc
import socket
import ssl
import warnings
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from pgproof.browser import guarding_proxy
from pgproof.browser.guard import Rules

# More than a socket's buffers take.
LARGE = 2**25


@pytest.fixture
def unread_server():
    """A socket that listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def browser_socket():
    """A socket of a browser."""
    with socket.socket() as connecting:
        yield connecting


def ends(opening):
    """Run a proxy, open a connection through it, end the proxy; return what Python found still open afterwards."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with guarding_proxy.running(Rules("", "")) as proxy:
            opening((urlsplit(proxy).hostname, urlsplit(proxy).port))
        gc.collect()
    return [str(each.message) for each in told if "unclosed" in str(each.message)]


def test_a_browser_that_says_no_goodbye_holds_nothing_open(browser_socket):
    """A tunnel with TLS ends with the proxy, though the browser does not answer that it ends."""

    def opening(proxy):
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        browser_socket.connect(proxy)
        browser_socket.sendall(b"CONNECT 127.0.0.1:443 HTTP/1.1\r\n\r\n")
        assert browser_socket.recv(4096).startswith(b"HTTP/1.1 200")
        # A copy, so that nothing closes the connection at this end.
        trusting.wrap_socket(browser_socket.dup()).detach()

    assert ends(opening) == []


def test_a_server_that_reads_nothing_holds_nothing_open(browser_socket, unread_server):
    """What could not be passed on yet is dropped as the proxy ends."""
    accepted = []

    def opening(proxy):
        browser_socket.connect(proxy)
        url = f"http://127.0.0.1:{unread_server.getsockname()[1]}/"
        browser_socket.sendall(f"GET {url} HTTP/1.1\r\nContent-Length: {LARGE}\r\n\r\n".encode())
        browser_socket.sendall(b"x" * LARGE)
        accepted.append(unread_server.accept()[0])
        read = b""
        while not read.endswith(b"x"):
            read = accepted[0].recv(4096)

    try:
        assert ends(opening) == []
    finally:
        for each in accepted:
            each.close()


def test_a_connection_that_was_just_taken_in_ends_as_well(browser_socket):
    """Whoever connects at the very moment that the proxy ends is let go like all others."""
    proxy = guarding_proxy._Proxy(Rules("", ""))

    async def run():
        port = await proxy.start()
        browser_socket.connect(("127.0.0.1", port))
        # The server has taken it in as soon as the loop has looked, and nothing more has happened to it.
        while len(asyncio.all_tasks()) == 1:
            await asyncio.sleep(0)
        await proxy.stop()
        return len(asyncio.all_tasks())

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(lambda: asyncio.run(run())).result() == 1
        gc.collect()
    assert [str(each.message) for each in told] == []

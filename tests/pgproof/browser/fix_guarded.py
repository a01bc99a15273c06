"""A page, an API and a third host, which keep what arrives, and a browser context that may only look at them."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from socket import socket

    from playwright.sync_api import Browser, Page
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

PAGES = Path(__file__).parent / "pages" / "guarded"
_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "*",
}
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@dataclass
class Host:
    """A server. arrived: what it got, as "METHOD /path"; of a websocket's frames, "FRAME " and the text."""

    url: str
    arrived: list[str] = field(default_factory=list)

    def got(self, what: str) -> bool:
        """Whether this arrives in time."""
        return eventually(lambda: what in self.arrived, 5)


@contextmanager
def hosted(**tls: Any) -> Iterator[Host]:
    """A server that answers everything with [] and takes every websocket. tls: of uvicorn."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import FileResponse, JSONResponse
    from starlette.routing import Route, WebSocketRoute

    from stack.listening import listen, url

    class Server(uvicorn.Server):
        """One that leaves no connection to the garbage collector."""

        async def shutdown(self, sockets: list[socket] | None = None) -> None:
            await super().shutdown(sockets)
            for each in list(self.server_state.connections):
                each.transport.abort()
            # Its sockets are closed in the loop's next turn.
            await asyncio.sleep(0)

    async def answer(request: Request) -> Response:
        await request.body()
        if request.method != "OPTIONS":
            host.arrived.append(f"{request.method} {request.url.path}")
        file = PAGES / request.url.path.strip("/")
        if file.is_file():
            return FileResponse(file)
        return JSONResponse([], headers=_ANYWHERE)

    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            host.arrived.append(f"FRAME {text}")
            await socket.send_text("heard")

    routes = [Route("/{path:path}", answer, methods=_METHODS), WebSocketRoute("/{path:path}", talk)]
    with listen(0) as listener:
        address = url(listener)
        host = Host(address.replace("http:", "https:") if tls else address)
        config = uvicorn.Config(
            Starlette(routes=routes),
            log_level="error",
            lifespan="off",
            ws="stack.realtime.transport:AbortableWebSocket",
            timeout_graceful_shutdown=round(20 * unit()),
            **tls,
        )
        server = Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield host
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class Guarded:
    """The page of a guarded context, with the three hosts behind it. end: closes the context."""

    page: Page
    site: Host
    api: Host
    other: Host
    end: Callable[[], None]

    def run(self, script: str, *given: Any) -> Any:
        """What a JavaScript function in the page returns."""
        return self.page.evaluate(script, list(given))


@pytest.fixture(scope="module")
def guarded_hosts() -> Iterator[tuple[Host, Host]]:
    """A page's server, and a third host."""
    with hosted() as site, hosted() as other:
        yield site, other


@pytest.fixture
def guarded(browser: Browser, guarded_hosts: tuple[Host, Host]) -> Iterator[Guarded]:
    """A page that may only look, and an API of its own."""
    with hosted() as api, looking(browser, guarded_hosts, api) as found:
        yield found


@pytest.fixture
def guarded_over_tls(
    browser: Browser, guarded_hosts: tuple[Host, Host], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Guarded]:
    """The same with an API that is reached by HTTPS, as every hosted one is, with a certificate that is trusted."""
    certificate, key = _certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with (
        hosted(ssl_certfile=str(certificate), ssl_keyfile=str(key)) as api,
        looking(browser, guarded_hosts, api) as found,
    ):
        yield found


def _certified(folder: Path) -> tuple[Path, Path]:
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an API")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(signed.public_bytes(pem))
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files


@contextmanager
def looking(browser: Browser, hosts: tuple[Host, Host], api: Host) -> Iterator[Guarded]:
    """A page of the first host that may only look at this API."""
    from pgproof.browser import guarding_proxy
    from pgproof.browser.guard import Rules
    from pgproof.browser.vocabulary import Vocabulary

    marks = Vocabulary(marks="mark_messages_as_", marked=[{"updated_count": 0}])
    with ExitStack() as opened:
        site, other = hosts
        site.arrived.clear()
        other.arrived.clear()
        ending = opened.enter_context(ExitStack())
        proxy = ending.enter_context(guarding_proxy.running(Rules(api.url, site.url, marks)))
        context = opened.enter_context(browser.new_context(proxy=guarding_proxy.settings(proxy)))
        page = context.new_page()
        page.goto(f"{site.url}/page.html")

        def end() -> None:
            ending.close()
            context.close()

        yield Guarded(page, site, api, other, end)

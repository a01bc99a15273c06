"""How the server's websockets end with it, whatever their peers are just doing."""

import os
import socket as sockets
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from pgproof.timing import eventually, unit
from stack.listening import listen

# More than two ends of a connection keep for a peer that does not read.
UNREAD = 32 * 1024 * 1024
HELLO = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
GOODBYE = bytes([0x88, 0x80]) + os.urandom(4)


def test_a_server_ends_beside_a_peer_that_has_said_goodbye():
    """A peer that closes and does not read what it was sent is still connected as the server ends, which ends well."""
    sent, gone, failed = threading.Event(), threading.Event(), []

    async def talk(websocket):
        await websocket.accept()
        await websocket.send_bytes(b"x" * UNREAD)
        sent.set()
        await websocket.receive()
        gone.set()

    def serve():
        try:
            server.run([listener])
        except Exception as error:
            failed.append(error)

    application = Starlette(routes=[WebSocketRoute("/", talk)])
    config = uvicorn.Config(
        application,
        lifespan="off",
        log_level="error",
        ws="stack.realtime.transport:AbortableWebSocket",
        timeout_graceful_shutdown=round(20 * unit()),
    )
    with listen(0) as listener, sockets.create_connection(listener.getsockname()) as peer:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            peer.sendall(HELLO)
            assert sent.wait(20 * unit())
            peer.sendall(GOODBYE)
            assert gone.wait(20 * unit())
            connected = list(server.server_state.connections)
        finally:
            server.should_exit = True
            assert eventually(lambda: not server.servers or not server.servers[0].is_serving() or failed)
            peer.close()
            thread.join()
    assert (len(connected), failed) == (1, [])

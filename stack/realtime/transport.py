"""uvicorn's websocket protocol, with a way to cut off a peer that does not read, and quiet about peers' mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    import asyncio

_NOT_UTF8 = 1007


class AbortableWebSocket(WebSocketsSansIOProtocol):
    """Puts `abort()` into the state of the application's scope. ASGI's own close would wait until the peer has read."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the connection's own `abort` into the state that its scope gets."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": transport.abort}

    def shutdown(self) -> None:
        """End the connection with the server. A peer that has closed it is told nothing more.

        uvicorn would say goodbye to it a second time as long as it is connected, at which its own shutdown fails.
        """
        if self.conn.close_sent is None or self.close_sent:
            super().shutdown()
            return
        self.stop_keepalive()
        self.transport.close()

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message to the application; one that should be text but is not UTF-8 ends the connection.

        uvicorn ends it as well, and logs a traceback of its own for what is the peer's mistake (RFC 6455, 8.1).
        """
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_text(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(_NOT_UTF8)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

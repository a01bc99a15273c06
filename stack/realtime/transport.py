"""uvicorn's websocket protocol, with a way to cut off a peer that does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    import asyncio


class AbortableWebSocket(WebSocketsSansIOProtocol):
    """Puts `abort()` into the state of the application's scope. ASGI's own close would wait until the peer has read."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the connection's own `abort` into the state that its scope gets."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": transport.abort}

"""uvicorn's websocket protocol, with a way to cut off a peer that does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    import asyncio


class AbortableWebSocket(WebSocketsSansIOProtocol):
    """An application finds `abort()` in its scope's state. ASGI's own close waits for what the peer has not read."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Of each connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": transport.abort}

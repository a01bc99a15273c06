"""The loopback ports of a stack, taken before anything else is started."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


class PortTakenError(Exception):
    """The port that was asked for is in use."""


def listen(port: int) -> socket.socket:
    """Return a socket that listens on 127.0.0.1; port 0 picks a free one. Raises PortTakenError."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        said = f"port {port} cannot be used ({error.strerror}); give another one, or 0 for a free one"
        raise PortTakenError(said) from None
    listener.listen(1024)
    return listener


def url(listener: socket.socket) -> str:
    """Return the address of a listening socket, http://127.0.0.1:PORT."""
    return f"http://{HOST}:{listener.getsockname()[1]}"

"""A relay between libpq and a server, on Unix sockets, that counts what the server answers, by type of message."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SOCKET = ".s.PGSQL.5432"


class Relay:
    """Listens in a folder as a PostgreSQL server would, and passes everything on to the server in another.

    connections: how many were made. answers: how many messages the server sent, by their type byte (PostgreSQL's
    "Message Formats"). Nothing is encrypted on a Unix socket, so every message can be told apart.
    """

    def __init__(self, folder: Path, server: Path) -> None:
        self.connections = 0
        self.answers: Counter[str] = Counter()
        self._server = str(server / _SOCKET)
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / _SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def round_trips(self) -> int:
        """How many ReadyForQuery there were: one ends each round trip. The first of a connection does not count."""
        return self.answers["Z"] - self.connections

    @property
    def statements(self) -> int:
        """How many CommandComplete there were: one ends each statement."""
        return self.answers["C"]

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                with self._lock:
                    self.connections += 1
                threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()
                threading.Thread(target=self._pass_back, args=(server, client), daemon=True).start()

    def _pass_back(self, server: socket.socket, client: socket.socket) -> None:
        pending = b""
        with server, client, contextlib.suppress(OSError):
            while data := server.recv(65536):
                pending = self._count(pending + data)
                client.sendall(data)

    def _count(self, data: bytes) -> bytes:
        """Count the whole messages; return the rest. Each is a type byte, and a length that counts itself."""
        start = 0
        while len(data) >= start + 5:
            end = start + 1 + int.from_bytes(data[start + 1 : start + 5], "big")
            if len(data) < end:
                break
            with self._lock:
                self.answers[chr(data[start])] += 1
            start = end
        return data[start:]


def _pass_on(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := client.recv(65536):
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)

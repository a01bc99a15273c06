"""The thread that carries a session's frames over a websocket, and connects again when it is lost."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pgproof import moment, timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.sync.connection import Connection

    from pgproof.moment import Moment
    from pgproof.realtime.channel import Channel
    from pgproof.realtime.session import Session
    from pgproof.secret import Secret

_OPENING, _CLOSING, _ENDING = 5.0, 1.0, 10.0
# Seconds until the reading thread notices what another thread began to wait for: nothing wakes it.
_TICK = 1.0
_LARGEST = 8 * 2**20
_CUT = 400
_TOO_MANY = 429
# The library would log the address, which contains the key, and every frame.
_SILENT = logging.Logger("pgproof.realtime", logging.CRITICAL + 1)


class Rejected(Exception):
    """The server rejects the connection with a 4xx status other than 429, so trying again is useless."""


class Transport:
    """The thread that keeps a session connected.

    address: of the websocket. on_live: called in the thread with each channel that goes live. changed: held while the
    session is touched, notified afterwards. reason: why the last connection ended. failure: what ended the thread:
    Rejected, or what on_live raised.
    """

    def __init__(self, address: Secret, session: Session, on_live: Callable[[Channel], None]) -> None:
        self.changed = threading.Condition()
        self.failure: Exception | None = None
        self.reason = ""
        self._address, self._session, self._on_live = address, session, on_live
        self._socket: Connection | None = None
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, name="realtime listener", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def end(self) -> None:
        """Close the connection and end the thread. Raises TimeoutError if the thread does not end in time."""
        self._leaving.set()
        with self.changed:
            connection = self._socket
        if connection is not None:
            connection.close()
        self._thread.join(_ENDING * timing.unit())
        if self._thread.is_alive():
            raise TimeoutError(f"the listener's thread did not end within {_ENDING * timing.unit():g} s")

    def drop(self) -> None:
        """Cut the connection without a goodbye, as a network does."""
        # The other side may have cut it just before.
        with self.changed, suppress(OSError):
            if self._socket is not None:
                self._socket.socket.shutdown(socket.SHUT_RDWR)

    def command(self, do: Callable[[Moment], None]) -> None:
        """Call do with this moment while the session is locked, and send the frames that result."""
        with self.changed:
            do(moment.now())
            self._flush()
            self.changed.notify_all()

    def _run(self) -> None:
        while not self._leaving.is_set():
            try:
                reason = self._connection()
            except Exception as error:
                # Whatever it is, the owner's next wait raises it.
                self.failure = error
                reason = type(error).__name__
            with self.changed:
                self.reason = self._session.wire.hide(reason)
                pause = self._session.lost(moment.now(), self.reason)
                self.changed.notify_all()
            if self.failure is not None:
                return
            self._leaving.wait(pause)

    def _connection(self) -> str:
        """Hold one connection from its beginning to its end, and return why it ended."""
        from websockets.exceptions import InvalidStatus, WebSocketException
        from websockets.sync.client import connect

        local = urlsplit(self._address).hostname in ("127.0.0.1", "::1", "localhost")
        try:
            with connect(
                self._address,
                logger=_SILENT,
                compression=None,
                proxy=None if local else True,
                # The heartbeat of the protocol finds a dead server; one mechanism is enough.
                ping_interval=None,
                open_timeout=_OPENING * timing.unit(),
                close_timeout=_CLOSING * timing.unit(),
                max_size=_LARGEST,
            ) as connection:
                return self._talk(connection)
        except InvalidStatus as error:
            status = error.response.status_code
            said = f"HTTP {status} {(error.response.body or b'').decode(errors='replace')[:_CUT]}".strip()
            if 400 <= status < 500 and status != _TOO_MANY:
                raise Rejected(self._session.wire.hide(f"the server rejects the connection: {said}")) from None
            return said
        except (OSError, WebSocketException) as error:
            return f"{type(error).__name__}: {error}"

    def _talk(self, connection: Connection) -> str:
        with self.changed:
            self._socket = connection
            self._session.opened(moment.now())
            self._flush()
        try:
            while not (self._leaving.is_set() or self._session.silent):
                self._step(connection)
        finally:
            with self.changed:
                self._socket = None
        return "the listener was left" if self._leaving.is_set() else "a heartbeat was not answered"

    def _step(self, connection: Connection) -> None:
        """Take in one frame, or none for a while; then do what is due."""
        with self.changed:
            pause = min(_TICK, self._session.due - moment.now().monotonic)
        try:
            frame = connection.recv(timeout=pause)
        except TimeoutError:
            frame = None
        with self.changed:
            if frame is not None:
                self._session.receive(frame, moment.now())
            self._session.tick(moment.now())
            self._flush()
            live = self._session.take_live()
            self.changed.notify_all()
        # Called without holding `changed`, since a hook may wait for an answer from elsewhere.
        for channel in live:
            self._on_live(channel)

    def _flush(self) -> None:
        from websockets.exceptions import ConnectionClosed

        # If the connection is closed already, the reading thread notices it too, and joins everything again.
        with suppress(ConnectionClosed):
            if self._socket is not None:
                for text in self._session.wire.take():
                    self._socket.send(text)

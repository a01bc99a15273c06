"""How much of what was sent to a program on this machine it has not read. Linux tells it by netlink: sock_diag(7)."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

_SOCK_DIAG, _BY_FAMILY, _REQUEST = 4, 20, 1
_ANY_STATE, _NO_COOKIE = 0xFFFF_FFFF, (0xFFFF_FFFF, 0xFFFF_FFFF)
_HEADER = struct.Struct("=IHHII")
# The first fields of struct inet_diag_msg. The last of them is what waits to be read.
_ANSWER = struct.Struct("=BBBB48sII")
_LARGEST = 4096

Address = tuple[str, int]


class Unread:
    """Asks the kernel about the other ends of connections. Where it cannot be asked, nothing is known to be unread."""

    def __init__(self) -> None:
        self._kernel: socket.socket | None = None
        # Not on every system, nor in every sandbox.
        with suppress(AttributeError, OSError):
            self._kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, _SOCK_DIAG)

    def bytes(self, theirs: Address, ours: Address) -> int:
        """Return how many bytes wait at the other end of a TCP connection, 0 if that cannot be told.

        theirs, ours: the addresses of its two ends, IPv4.
        """
        if self._kernel is None:
            return 0
        try:
            ports = struct.pack("!HH", theirs[1], ours[1])
            hosts = b"".join(socket.inet_aton(host).ljust(16, b"\0") for host, _ in (theirs, ours))
            asked = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, _ANY_STATE)
            asked += ports + hosts + struct.pack("=III", 0, *_NO_COOKIE)
            # The kernel answers before it returns.
            self._kernel.send(_HEADER.pack(_HEADER.size + len(asked), _BY_FAMILY, _REQUEST, 0, 0) + asked)
            answer = self._kernel.recv(_LARGEST)
        except OSError:
            return 0
        if _HEADER.unpack_from(answer)[1] != _BY_FAMILY:
            # There is no such connection: it is closed, or ends on another machine.
            return 0
        waiting: int = _ANSWER.unpack_from(answer, _HEADER.size)[-1]
        return waiting

    def close(self) -> None:
        """Ask nothing any more."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

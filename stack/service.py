"""What a service of the stack is: routes, and something to open before the first request and close after the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute


class Service(Protocol):
    """auth, rest and realtime are one each. Constructed with the database and the tokens."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its routes, with the whole path."""

    async def open(self) -> None:
        """Connect. Returns when requests can be answered."""

    async def close(self) -> None:
        """Leave nothing behind: no connection, slot or task."""

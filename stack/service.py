"""What a service of the stack is: routes, and something to open before the first request and close after the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute


class Service(Protocol):
    """One of auth, rest and realtime. It is constructed with the database and the tokens."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The service's routes, with their whole paths."""

    async def open(self) -> None:
        """Connect, and return once requests can be answered."""

    async def close(self) -> None:
        """Leave nothing behind: no connection, slot or task."""

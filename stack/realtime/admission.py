"""Who may be on a private channel: asked of the database when it is joined and with each new token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import PoolTimeout

from stack.database import first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack.realtime.joining import Replay
    from stack.realtime.private import Private, Rights, Stored
    from stack.realtime.visibility import Viewer


class Admission:
    """The latest question of one channel. topic: without prefix."""

    def __init__(self, private: Private, topic: str, replay: Replay | None) -> None:
        self._private, self._topic, self._replay = private, topic, replay
        self._task: asyncio.Task[None] | None = None

    def ask(
        self,
        viewer: Viewer,
        admitted: Callable[[Rights, Sequence[Stored]], None],
        refused: Callable[[str], None],
    ) -> None:
        """Ask what a viewer may do; then call admitted, with what is to be replayed, or refused, with the reason."""
        self.close()
        self._task = asyncio.create_task(self._ask(viewer, admitted, refused))

    def close(self) -> None:
        """Call nobody any more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _ask(
        self,
        viewer: Viewer,
        admitted: Callable[[Rights, Sequence[Stored]], None],
        refused: Callable[[str], None],
    ) -> None:
        denied = f"Unauthorized: You do not have permissions to read from this Channel topic: {self._topic}"
        stored: Sequence[Stored] = ()
        wrong: str | None = None
        rights: Rights | None = None
        try:
            rights = await self._private.rights(self._topic, viewer)
            if rights.hears and self._replay is not None:
                stored = await self._private.stored(self._topic, self._replay.since, self._replay.limit)
        except (psycopg.OperationalError, PoolTimeout):
            wrong = "UnableToConnectToProject: Realtime was unable to connect to the project database"
        except (psycopg.Error, UnicodeError) as error:
            wrong = f"{denied}. A policy failed: {first_line(error)}"
        # The pool of connections may swallow a cancellation.
        if asyncio.current_task() is not self._task:
            return
        # Replayed once, not again with a new token.
        self._replay = None
        if wrong is None and rights is not None and (rights.hears or rights.sees):
            admitted(rights, stored)
        else:
            refused(wrong or denied)

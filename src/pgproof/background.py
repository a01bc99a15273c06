"""Waiting for several answers at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Value = TypeVar("_Value")


def started(action: Callable[[], _Value]) -> Future[_Value]:
    """Begin an action in a thread of its own, and return the future of what it returns or raises.

    The thread keeps no process alive: after Ctrl-C, or a failure elsewhere, nobody waits for a database any more, which
    an executor's threads would.
    """
    future: Future[_Value] = Future()

    def run() -> None:
        try:
            future.set_result(action())
        # Handed to whoever asks for the result, also what is no Exception, such as pytest's own outcomes.
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future

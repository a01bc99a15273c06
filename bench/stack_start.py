"""From `python -m stack` with a warm cache to its first answers: of the API and of the page."""

from __future__ import annotations

import time
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING

from bench.measure import CouldNotRun, Row, in_turns, seconds
from bench.surroundings import wait_until_quiet
from connect.embedded_stack import running
from pgproof.postgres import private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.postgres.private import PrivateServer

_STACK, _SERVER = "stack", "server"
_BOUND_SECONDS = 2
_ANSWER_SECONDS = 10


def rows() -> Iterator[Row]:
    """Yield the time, beside that of the server alone, which is not the stack's part of it."""
    samples = in_turns(_stack, _server)
    yield Row("the stack's PostgreSQL alone", samples[_SERVER])
    yield Row("python -m stack to its first answers", samples[_STACK], bound=_BOUND_SECONDS)


def _stack() -> dict[str, float]:
    wait_until_quiet()
    began = time.perf_counter()
    try:
        # With its modules compiled, as they are for everybody who has started it once.
        with running("prod", PYTHONDONTWRITEBYTECODE="") as stack:
            for address in (f"{stack.api_url}/auth/v1/.well-known/jwks.json", f"{stack.app_url}/chat"):
                with urllib.request.urlopen(address, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - loopback
                    answer.read()
            took = time.perf_counter() - began
    except (AssertionError, OSError) as error:
        raise CouldNotRun(f"the stack gave no answer: {error}") from None
    return {_STACK: took}


def _server() -> dict[str, float]:
    wait_until_quiet()
    started: list[PrivateServer] = []
    took = seconds(lambda: started.append(private.acquire()))
    with closing(started[0]):
        return {_SERVER: took}

"""Stacks to talk to, shared by a worker's tests or one's own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from connect.embedded_stack import running
from connect.paths import ROOT
from pgproof.plugin.options import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.embedded_stack import Running, StackOf
    from connect.scenario.own_page import OwnPage


OWN_PAGE: pytest.StashKey[OwnPage | None] = pytest.StashKey()


@pytest.fixture(scope="session")
def stack_of(pytestconfig: pytest.Config) -> Iterator[StackOf]:
    """The stack of an environment of this run's project, started once for all tests of this worker."""
    root = pytestconfig.stash[PROJECT].root
    named = () if root == ROOT else ("--project", str(root))
    started: dict[tuple[str, ...], Running] = {}
    with ExitStack() as opened:

        def stack_of(environment: str, *arguments: str) -> Running:
            asked = (environment, *arguments)
            if asked not in started:
                page = pytestconfig.stash.get(OWN_PAGE, None)
                # The page reaches one stack only; a test's further ones are its own.
                if page is None or arguments:
                    more, variables = [], {}
                else:
                    more, variables = page.arguments, page.variables
                started[asked] = opened.enter_context(running(*asked, *named, *more, **variables))
            return started[asked]

        yield stack_of


@pytest.fixture
def own_stack() -> Iterator[StackOf]:
    """Starts a stack that ends with the test. **settings: environment variables."""
    with ExitStack() as opened:

        def start(environment: str, *arguments: str, **settings: Any) -> Running:
            return opened.enter_context(running(environment, *arguments, **settings))

        yield start

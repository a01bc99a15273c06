"""Real projects to run on: a hosted-like server for the whole run, and a clone of one project for each test.

A test that requests `live_project` runs on every project, environment and state, or on those that it names with
`@pytest.mark.parametrize("live_project", some_projects(states=["aligned"]), indirect=True)`.
"""

from __future__ import annotations

from contextlib import closing
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.connect.projects.layers import ENVIRONMENTS, PROJECTS, STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from tests.connect.projects.hosted import Clone, HostedServer


def some_projects(
    projects: Sequence[str] = PROJECTS, environments: Sequence[str] = ENVIRONMENTS, states: Sequence[str] = STATES
) -> list[object]:
    """The parameters of `live_project`: each of these projects in each environment and state."""
    return [pytest.param(case, id="-".join(case)) for case in product(projects, environments, states)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marks = metafunc.definition.iter_markers("parametrize")
    if "live_project" in metafunc.fixturenames and not any(mark.args[0] == "live_project" for mark in marks):
        metafunc.parametrize("live_project", some_projects(), indirect=True)


@pytest.fixture(scope="session")
def hosted_server(pytestconfig: pytest.Config) -> Iterator[HostedServer]:
    """A private server with what a hosted project begins with; templates of the projects are made on it as needed."""
    from tests.connect.projects.hosted import HostedServer

    with closing(HostedServer(pytestconfig.option.pg_version)) as server:
        yield server


@pytest.fixture
def live_project(hosted_server: HostedServer, request: pytest.FixtureRequest) -> Iterator[Clone]:
    """A fresh database of one project, environment and state, reached by .dsn(ROLE) and .verifier_dsn."""
    with hosted_server.clone(*request.param) as clone:
        yield clone


@pytest.fixture
def clone_project(hosted_server: HostedServer) -> Callable[..., AbstractContextManager[Clone]]:
    """Opens further databases within a test, each for a project, an environment and a state."""
    return hosted_server.clone

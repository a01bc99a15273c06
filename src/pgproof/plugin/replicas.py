"""Databases to work on: one server for the whole run and all its workers, one clone for each test that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pgproof.errors import UsageError
from pgproof.plugin.options import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from pgproof.environments import Environment
    from pgproof.postgres import Server
    from pgproof.postgres.templates import Templates

_OPENED = pytest.StashKey[tuple["Server", "Templates"]]()


def templates_of(config: pytest.Config) -> Templates:
    """Return the run's templates; the server is leased at the first call.

    Raises pytest.UsageError, which ends the run with one sentence, if no server can be started.
    """
    if _OPENED not in config.stash:
        from pgproof.postgres import acquire

        try:
            server = acquire(config.option.postgres, config.option.pg_version, config.stash[PROJECT].seed)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        from pgproof.postgres.templates import Templates

        config.stash[_OPENED] = server, Templates(server)
    return config.stash[_OPENED][1]


def used_templates(config: pytest.Config) -> Templates | None:
    """Return the run's templates if any test used them; otherwise None, and no server is started."""
    return config.stash[_OPENED][1] if _OPENED in config.stash else None


def opened(config: pytest.Config) -> Server:
    """Return the run's throw-away server. Raises pytest.UsageError as templates_of does."""
    templates_of(config)
    return config.stash[_OPENED][0]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give back the lease on the server."""
    if _OPENED in config.stash:
        server, templates = config.stash[_OPENED]
        templates.close()
        server.close()


@pytest.fixture(scope="session")
def templates(pytestconfig: pytest.Config) -> Templates:
    """The templates of the run's throw-away server."""
    return templates_of(pytestconfig)


@pytest.fixture
def baseline(templates: Templates, environment: Environment) -> Iterator[str]:
    """The connection string of the environment before its migrations, a database of the test's own."""
    with templates.clone(environment, "baseline") as conninfo:
        yield conninfo


@pytest.fixture
def aligned(templates: Templates, environment: Environment) -> Iterator[str]:
    """The connection string of the environment after its migrations, a database of the test's own."""
    with templates.clone(environment, "aligned") as conninfo:
        yield conninfo


@pytest.fixture
def connect() -> Iterator[Callable[[str], psycopg.Connection[Any]]]:
    """Opens autocommit connections that are closed when the test ends."""
    import psycopg

    opened: list[psycopg.Connection[Any]] = []

    def open_one(conninfo: str) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = psycopg.connect(conninfo, autocommit=True)
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        connection.close()

"""The rehearsal of an environment's own scripts, on a private server with its sample messages."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pgproof.plugin.options import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from pgproof.environments import Environment
    from pgproof.rehearsal.steps import Rehearsal


@pytest.fixture(scope="session")
def rehearsed(environment: Environment, pytestconfig: pytest.Config) -> Iterator[Rehearsal]:
    """The rehearsal of an environment's own scripts, from its baseline with 183 messages, on a private server."""
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts import running, script

    project = pytestconfig.stash[PROJECT]
    version, settings = pytestconfig.option.pg_version, environment.settings
    with closing(ScratchServer(version, settings, project.seed)) as server:

        def fill(connection: psycopg.Connection[object]) -> None:
            for path in environment.baseline:
                running.run(connection, script.read(path))
            project.seed.add_fitting(connection)

        with server.made(server.start, fill) as base:
            ups, downs = (tuple(map(script.read, each)) for each in (environment.migrations, environment.rollback))
            yield Rehearsal(server, base, ups, downs, project.hooks.workload)

"""The tests of tests/schema that judge any project, run on a database as often as needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connect.guide import callers, reach
from connect.mutants.criteria import defects
from connect.paths import ROOT
from connect.project import PROJECT
from pgproof import catalog
from pgproof.plugin.options import CHOSEN
from pgproof.reach import reading

if TYPE_CHECKING:
    from connect.mutants.criteria import Defect
    from pgproof.environments import Environment
    from pgproof.mutation.suite import Suite


class Criteria:
    """The tests, collected once. Their environments are those of this repository; what they read is given."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite

    def tests(self, environment: str) -> list[str]:
        """Return the node ids of the tests of an environment."""
        return [item.nodeid for item in self._items(environment)]

    def defects(self, connection: Any) -> list[Defect]:
        """Return what can be broken in a database. connection: in autocommit mode."""
        return defects(catalog.read(connection), reading.read(connection, callers.ROLES, reach.RELATIONS))

    def failing(self, environment: Environment, connection: Any, change: str, only: str | None = None) -> list[str]:
        """Return the node ids of the tests that fail after a change, which is taken back.

        connection: in autocommit mode, of a role that may make the change. only: the one test to run, None for all.
        """
        connection.execute("BEGIN; SET LOCAL search_path = pg_catalog")
        connection.execute(change.encode())
        found = PROJECT.hooks.read(environment, connection)
        connection.execute("ROLLBACK")
        self._suite.snapshots = {environment.name: found}
        items = [item for item in self._items(environment.name) if only in (None, item.nodeid)]
        return list(self._suite.failing(items))

    def _items(self, environment: str) -> list[pytest.Item]:
        return [item for item in self._suite.reading(environment) if "own_baseline" not in item.nodeid]


@pytest.fixture(scope="session")
def criteria() -> Criteria:
    """The guide's criteria as tests."""
    from pgproof.mutation.suite import Suite

    def choose(config: pytest.Config) -> None:
        config.stash[CHOSEN] = tuple(PROJECT.environments.values())

    # They read what they are given, and never a replica.
    return Criteria(Suite(ROOT, None, {}, ["tests/schema"], choose))

"""The real tests, collected once in this process and run on other databases as often as needed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from pgproof.environments import judged_by
from pgproof.mutation.nested import Nested

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pgproof.environments import Environment
    from pgproof.mutation.nested import Configure
    from pgproof.postgres.templates import Templates
    from pgproof.snapshot import Snapshot


class Suite(Nested):
    """The tests of all replicas. They judge what `snapshots` and `templates` hold when they run."""

    def __init__(
        self,
        root: Path,
        templates: Templates,
        snapshots: dict[str, Snapshot],
        what: Sequence[str],
        configure: Configure,
    ) -> None:
        self.templates = templates
        self.snapshots = snapshots
        # Only whether a test fails matters, not its message.
        super().__init__(root, what, configure, _fixtures(self), without=["assertion"])

    def reading(self, environment: str) -> list[pytest.Item]:
        """Return the tests that only read an environment's snapshot, or compare snapshots."""
        return [
            item
            for item in self.items
            if {"snapshot", "snapshots"} & set(getattr(item, "fixturenames", ()))
            and "templates" not in getattr(item, "fixturenames", ())
            and environment_of(item) in (None, environment)
        ]

    def requesting(self, fixture: str) -> list[pytest.Item]:
        """Return the tests that ask for a fixture, directly or through another one."""
        return [item for item in self.items if fixture in getattr(item, "fixturenames", ())]

    @contextmanager
    def script(self, items: Sequence[pytest.Item], original: Path, changed: Path) -> Iterator[None]:
        """Let these tests use the changed file, within the block, wherever they name the original one."""
        with pytest.MonkeyPatch.context() as patch:
            for module in {item.module for item in items if isinstance(item, pytest.Function)}:
                for name, value in list(vars(module).items()):
                    if value == original:
                        patch.setattr(module, name, changed)
            for item in items:
                if (environment := judged_by(item)) is not None and isinstance(item, pytest.Function):
                    up, down = (
                        tuple(changed if each == original else each for each in files)
                        for files in (environment.migrations, environment.rollback)
                    )
                    patched = replace(environment, migrations=up, rollback=down)
                    patch.setitem(item.callspec.params, "environment", patched)
            yield


def _fixtures(suite: Suite) -> ModuleType:
    """Return a plugin whose fixtures return what the suite holds when they are requested."""

    @pytest.fixture(scope="session")
    def templates() -> Templates:
        return suite.templates

    @pytest.fixture(scope="session")
    def snapshots() -> dict[str, Snapshot]:
        return suite.snapshots

    @pytest.fixture(scope="session")
    def snapshot(environment: Environment) -> Snapshot:
        return suite.snapshots[environment.name]

    plugin = ModuleType("pgproof_suite")
    vars(plugin).update(templates=templates, snapshots=snapshots, snapshot=snapshot)
    return plugin


def environment_of(item: pytest.Item) -> str | None:
    """Return the name of the environment that a test judges; None if it does not judge a single one."""
    environment = judged_by(item)
    return None if environment is None else environment.name

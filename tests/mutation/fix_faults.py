"""Known-bad front ends as parameters of tests, and what runs the tests on them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from pgproof.plugin.options import CHOSEN

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from connect.embedded_stack import StackOf
    from connect.faults.judging import FaultRunner


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `fault` runs once for each."""
    if "fault" in metafunc.fixturenames:
        if find_spec("playwright") is None:
            raise pytest.Collector.CollectError(
                "tests/mutation needs packages and a browser that are not installed here; run: make setup-all"
            )
        from connect.faults.known import FAULTS

        metafunc.parametrize("fault", FAULTS, ids=[each.name for each in FAULTS])


@pytest.fixture(scope="session")
def fault_runner(browser: Browser, stack_of: StackOf, pytestconfig: pytest.Config) -> FaultRunner:
    """Runs the real tests on faults, with the run's browser and its stack of the first chosen environment."""
    from connect.faults.judging import FaultRunner

    chosen = pytestconfig.stash[CHOSEN][:1]

    def choose(config: pytest.Config) -> None:
        config.stash[CHOSEN] = chosen

    return FaultRunner(browser, stack_of, chosen[0].name, choose)

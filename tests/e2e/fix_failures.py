"""A test on a scenario that fails leaves a page in report/, and says where."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connect import paths

if TYPE_CHECKING:
    from collections.abc import Generator

    from connect.scenario.scenario import Scenario

SCENARIO = pytest.StashKey["Scenario"]()
REPORTS = Path(os.environ.get("CONNECT_REPORT_DIR", paths.ROOT / "report"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """While the tabs are still there."""
    report = yield
    if report.failed and call.when != "teardown" and SCENARIO in item.stash:
        report.sections.append(("what was to be seen", _written(item, call, item.stash[SCENARIO])))
    return report


def _written(item: pytest.Item, call: pytest.CallInfo[None], scenario: Scenario) -> str:
    from connect.scenario import failure

    assert call.excinfo is not None, "it failed"
    said = f"{call.excinfo.value}" or call.excinfo.typename
    states = " ".join((getattr(item.obj, "__doc__", None) or "").split()) if isinstance(item, pytest.Function) else ""
    try:
        return str(failure.write(scenario, failure.Failed(item.nodeid, states, said, again(item)), REPORTS))
    except Exception as error:
        # The test's own failure is what has to be read, whatever became of its page.
        return f"its page could not be written: {scenario.scrub.text(repr(error))}"


def again(item: pytest.Item) -> str:
    """The line that runs a test again, with what it was run with."""
    import shlex

    option = item.config.option
    words = ["pytest", item.nodeid, *(f"--env={name}" for name in option.env)]
    words += [
        f"--{name}={value}" for name in ("base-url", "frontend") if (value := getattr(option, name.replace("-", "_")))
    ]
    words += [f"--sql={file}" for file in option.sql]
    words += [
        f"--{name}" for name in ("live", "stack", "allow-writes", "headed") if getattr(option, name.replace("-", "_"))
    ]
    # Seen for the second time, it is worth the time.
    words.append("--snapshots")
    return shlex.join(words)

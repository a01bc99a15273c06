"""What a project accepts for a time, the order of the rules, and what the run says of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pgproof.lints import acceptance
from pgproof.plugin.options import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.lints.acceptance import Acceptance
    from pgproof.snapshot import Snapshot

_RULES = "tests/security/test_lints.py::test_nothing_breaks_the_rule["
_NOTE = "note"


@pytest.fixture(scope="session")
def accepted(pytestconfig: pytest.Config) -> Acceptance:
    """What the project's file accepts."""
    project = pytestconfig.stash[PROJECT]
    return acceptance.read(project.accepted, project.environments)


@pytest.fixture
def accepting(pytestconfig: pytest.Config, snapshot: Snapshot) -> Callable[[str], tuple[str, str]]:
    """Says how to accept what breaks a rule for a time, and the command that shows all of it, if there is one."""
    project, named = pytestconfig.stash[PROJECT], pytestconfig.option.project
    command = f"python -m harness accept live:{snapshot.environment}" + (f" --project {named}" if named else "")

    def say(rule: str) -> tuple[str, str]:
        if not snapshot.live:
            return f"accept it for a time in {project.hooks.accepted}", ""
        this = f"{command} --rule {rule}"
        return f"accept it for a time: {this} --reason TEXT --until YYYY-MM-DD", f"{this} --show"

    return say


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the worst rules before those of the others; the rest stays in the order that it has."""
    from connect.project import PROJECT as CONNECT
    from pgproof import lints

    places = [place for place, item in enumerate(items) if item.nodeid.startswith(_RULES)]
    if places:
        order = [rule.name for rule in lints.rules(CONNECT.hooks.rules)]
        ranked = sorted((items[place] for place in places), key=lambda item: order.index(item.callspec.params["rule"]))
        for place, item in zip(places, ranked, strict=True):
            items[place] = item


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Notes())


class _Notes:
    """Prints what a passing test has to say, once and from whichever worker it comes."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self._found.update({value: None for name, value in report.user_properties if name == _NOTE})

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for note in self._found:
            terminalreporter.write_line(f"note: {note}")

"""Runs the real tests of tests/e2e on a front end with a fault, and says which of them noticed."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from connect.faults.effects import Effects
from connect.paths import ROOT
from pgproof.browser import sightings
from pgproof.mutation.judging import Verdict
from pgproof.mutation.nested import Nested
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

    from connect.embedded_stack import StackOf
    from connect.faults import Fault
    from pgproof.mutation.nested import Configure

# Most faults show because something does not come, which takes as long as one waits for it. If the short time leaves
# open what came of a fault, it is judged again with the usual time.
_PATIENCE = (0.2, 1.0)


class Outcome(NamedTuple):
    """What came of one test on a front end with a fault. said: why the test failed, None if it passed.

    times: how often the fault changed something. misses: why it could not.
    """

    said: str | None
    times: int
    misses: list[str]


class FaultRunner:
    """Runs the tests in one browser, on the stack of one environment. Use it from one thread."""

    def __init__(self, browser: Browser, stack_of: StackOf, environment: str, configure: Configure) -> None:
        self._environment = environment
        self._browser = _Faulty(browser)
        # Without this plugin a failing test leaves no page in report/.
        self._tests = Nested(
            ROOT,
            ["tests/e2e"],
            configure,
            _fixtures(self._browser, stack_of),
            without=["tests.e2e.fix_failures"],
        )

    def judge(self, fault: Fault) -> tuple[Verdict, str]:
        """Return the verdict on a fault, and a sentence on why it does not count as caught, empty if it does."""
        started = time.perf_counter()
        against, caught = "", False
        for patience in _PATIENCE:
            with _patience(patience):
                against, caught = self._against(fault)
            if not against:
                break
        verdict = Verdict(
            f"front end: {fault.name}",
            self._environment,
            (fault.caught_by,) if caught else (),
            ((fault.caught_by,),) if against else (),
            time.perf_counter() - started,
        )
        return verdict, against

    def run(self, test: str, fault: Fault) -> Outcome:
        """Run one test on a front end with a fault. test: the beginning of its node id."""
        items = self._tests.beginning(test)
        assert len(items) == 1, f"{test} is the beginning of {len(items)} tests; expected one"
        effects = Effects()
        with self._browser.with_fault(fault, effects):
            ((_, reports),) = self._tests.run(items)
        skipped = [report.longreprtext for report in reports if report.skipped]
        assert not skipped, f"{test} was skipped: {skipped[0]}"
        failed = [_why(report) for report in reports if report.failed]
        return Outcome("\n".join(failed) if failed else None, effects.times, effects.misses)

    def _against(self, fault: Fault) -> tuple[str, bool]:
        found = self.run(fault.caught_by, fault)
        if found.misses:
            return f"it is not applicable: {found.misses[0]}", False
        if not found.times:
            came_of_it = "passed" if found.said is None else f"failed:\n{found.said}"
            return f"it is not applicable: nothing was changed while {fault.caught_by} {came_of_it}", False
        if found.said is None:
            return f"{fault.caught_by} passed", False
        if not re.search(fault.saying, found.said):
            return f"{fault.caught_by} failed without saying '{fault.saying}':\n{found.said}", True
        spared = self.run(fault.spared, fault)
        if spared.said is not None:
            return f"{fault.spared}, which it does not concern, failed too:\n{spared.said}", True
        return "", True


class _Faulty:
    """A browser whose new contexts have the current fault."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._fault: Fault | None = None
        self._effects = Effects()

    @contextmanager
    def with_fault(self, fault: Fault, effects: Effects) -> Iterator[None]:
        self._fault, self._effects = fault, effects
        # With a fault it is another page, whatever its description matched without.
        sightings.forget(self._browser)
        try:
            yield
        finally:
            self._fault = None

    def new_context(self, **options: Any) -> BrowserContext:
        """Return a new context of the browser, with the current fault."""
        context = self._browser.new_context(**options)
        for change in self._fault.changes if self._fault else ():
            change.install(context, self._effects)
        return context


def _why(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return report.longreprtext if crash is None else str(crash.message)


@contextmanager
def _patience(factor: float) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "CONNECT_TIME_UNIT", str(factor * unit()))
        yield


def _fixtures(faulty: _Faulty, started: StackOf) -> ModuleType:
    """Return a plugin of fixtures: the browser and the stacks of the outer run."""

    @pytest.fixture(scope="session")
    def ready_browser() -> _Faulty:
        return faulty

    @pytest.fixture(scope="session")
    def stack_of() -> StackOf:
        return started

    plugin = ModuleType("connect_faults")
    vars(plugin).update(ready_browser=ready_browser, stack_of=stack_of)
    return plugin

"""Keeps what a run did as a file, for the report: `--results FILE.json`.

A test records what it measures by `record_property`. One that fails with errors.Inconclusive, or because of it, or that
records the property "answer" as "inconclusive", is kept as inconclusive: pytest itself counts it as failed.
"""

from __future__ import annotations

import shlex
import time
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import ExceptionRepr

from pgproof.environments import judged_by
from pgproof.errors import Inconclusive
from pgproof.plugin import folders, snapshots
from pgproof.plugin.options import CHOSEN

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pgproof.reporting.results import Judged, Result
    from pgproof.scrub import Scrubber

_ANSWER, _INCONCLUSIVE = "answer", "inconclusive"
# Removes secrets from the report of a test that knows some.
SCRUBBER = pytest.StashKey["Scrubber"]()
_OURS = ("environment", "states", _ANSWER)
# The longest message of a failed test that is kept, in characters; pytest prints it whole.
_LONGEST = 200_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --results."""
    group = parser.getgroup("pgproof")
    group.addoption("--results", type=Path, metavar="FILE", help="keep what the run did, for the command `report`")


def pytest_configure(config: pytest.Config) -> None:
    """Record the run if --results asks for it; in a parallel run only the controller does."""
    if config.option.results is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Recorder(config))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Attach a test's environment and sentence to it; as properties they reach the recorder from any worker."""
    if item.config.option.results is None:
        return
    environment = judged_by(item)
    documented = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
    item.user_properties.append(("environment", getattr(environment, "name", None)))
    item.user_properties.append(("states", " ".join(documented.split("\n\n")[0].split())))


@pytest.fixture
def picture(pytestconfig: pytest.Config) -> Callable[[str, Callable[[], bytes]], None]:
    """Keeps a PNG for the report, named for what it shows. Without --results nothing is drawn or kept."""

    def keep(name: str, draw: Callable[[], bytes]) -> None:
        if pytestconfig.option.results is not None:
            folder = pytestconfig.option.results.absolute().parent.parent / "pictures"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.png").write_bytes(draw())

    return keep


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remove secrets from a report before it is printed and kept; only the test knows them."""
    report = yield
    if report.failed and call.excinfo is not None and _lacks_evidence(call.excinfo.value):
        report.user_properties.append((_ANSWER, _INCONCLUSIVE))
    if SCRUBBER in item.stash:
        _clean(report, item.stash[SCRUBBER])
    return report


def _lacks_evidence(error: BaseException | None) -> bool:
    """Return whether an error, or what led to it, is Inconclusive."""
    while error is not None:
        if isinstance(error, Inconclusive):
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def _clean(report: pytest.TestReport, scrub: Scrubber) -> None:
    report.user_properties = [(name, scrub.value(value)) for name, value in report.user_properties]
    report.sections = [(name, scrub.text(said)) for name, said in report.sections]
    said = report.longrepr
    if not isinstance(said, ExceptionRepr):
        return
    # A report in Python's own style, of --tb=native, has no chain.
    for traceback, crash, _ in getattr(said, "chain", [(said.reprtraceback, said.reprcrash, None)]):
        if crash is not None:
            crash.message = scrub.text(crash.message)
        for entry in traceback.reprentries:
            for part in (entry, getattr(entry, "reprlocals", None)):
                if part is not None:
                    part.lines = [scrub.text(line) for line in part.lines]
            arguments = getattr(entry, "reprfuncargs", None)
            if arguments is not None:
                arguments.args = [(name, scrub.text(str(value))) for name, value in arguments.args]


class _Recorder:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started = time.time()
        self._results: dict[str, Result] = {}

    @cached_property
    def _judged(self) -> list[Judged]:
        """The environments of the run, which are known once the session has started."""
        return _judged(self._config)

    def _folder(self, nodeid: str) -> str | None:
        """Return the marker of the folder that a test lies in."""
        folder = folders.folders_of(self._config).get(self._config.rootpath / nodeid.split("::", maxsplit=1)[0])
        return None if folder is None else folder.marker

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        from pgproof.reporting.results import Result, how
        from pgproof.scrub import Scrubber

        scrub = Scrubber()
        before = self._results.get(report.nodeid)
        told: dict[str, Any] = dict(report.user_properties)
        environment = told.get("environment")
        folder = self._folder(report.nodeid)
        outcome = _INCONCLUSIVE if report.failed and told.get(_ANSWER) == _INCONCLUSIVE else report.outcome
        self._results[report.nodeid] = Result(
            id=report.nodeid,
            folder=folder,
            environment=environment,
            outcome=_worse(before.outcome, outcome) if before else outcome,
            seconds=round((before.seconds if before else 0) + report.duration, 3),
            states=told.get("states", ""),
            why=_why(report) or (before.why if before else ""),
            facts=[(name, scrub.value(value)) for name, value in report.user_properties if name not in _OURS],
            how=how(self._judged, environment, folder),
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record a collection error as a failure: nothing else reports it in a parallel run, which goes on."""
        from pgproof.reporting.results import Result

        if report.failed:
            folder = self._folder(report.nodeid)
            states = f"{report.nodeid} can be collected."
            self._results[report.nodeid] = Result(report.nodeid, folder, None, "failed", 0, states, _why(report))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        from pgproof.reporting import results

        run = results.Run(
            command=shlex.join(["pytest", *map(str, self._config.invocation_params.args)]),
            started=datetime.fromtimestamp(self._started, UTC).isoformat(timespec="seconds"),
            seconds=round(time.time() - self._started, 1),
            exit_code=int(exitstatus),
            judged=self._judged,
            results=list(self._results.values()),
            left_out=_left_out(self._config),
        )
        results.write(run, self._config.option.results)


def _worse(one: str, other: str) -> str:
    from pgproof.reporting.results import OUTCOMES

    # A test that is skipped in its set-up counts as skipped although its teardown passes.
    return min(one, other, key=OUTCOMES.index)


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    if report.passed:
        return ""
    from pgproof.reporting import texts
    from pgproof.scrub import Scrubber

    if report.skipped and isinstance(report.longrepr, tuple):
        return Scrubber().text(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    said = str(crash.message if crash is not None else report.longreprtext)
    # The message of pytest.fail needs no name of an exception.
    return texts.cut(Scrubber().text(said).removeprefix("Failed: "), _LONGEST, "what pytest printed")


def _left_out(config: pytest.Config) -> list[str]:
    if not folders.lacks_an_environment(config) or not folders.compares(config):
        return []
    where = "live databases" if folders.live(config) else "replicas"
    return [f"parity on {where}, as only {config.stash[CHOSEN][0].name} was chosen"]


def _judged(config: pytest.Config) -> list[Judged]:
    from pgproof.reporting.results import Judged

    titles, advice = snapshots.titles(config), snapshots.advice(config)
    return [
        Judged(
            each.name,
            "live" if each.is_live else "replica",
            titles.get(each.name, ""),
            list(advice.get(each.name, ())),
        )
        for each in config.stash[CHOSEN]
    ]

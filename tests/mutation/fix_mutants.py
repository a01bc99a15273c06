"""Mutants as parameters of tests, what runs the tests on them, and the verdicts: a table, and mutation.json."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from connect.mutants import rehearsed, unseen
from connect.paths import ROOT
from connect.project import PROJECT
from pgproof.mutation import scores
from pgproof.mutation.views import View
from pgproof.plugin.options import CHOSEN
from pgproof.plugin.options import PROJECT as OF_RUN
from pgproof.plugin.replicas import opened, templates_of
from tests.fix_folders import OWN_BASELINE, TESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from connect.mutants import Mutant
    from pgproof.mutation.judging import MutantRunner, Verdict

# Defects are made in the two environments of the guide.
MUTATED = replace(PROJECT, environments=dict(list(PROJECT.environments.items())[:2]))
# The tests that notice them.
WHAT = (
    "tests/schema",
    "tests/security",
    "tests/parity",
    "tests/functions",
    "tests/migration/test_round_trip.py",
    "tests/connect/test_validation_can_fail.py",
)
# A live run judges one environment by these folders. What it compares is another matter: there has to be a record.
_READING = (TESTS / "schema", TESTS / "security")
_RECORD, _VALIDATION = TESTS / "schema" / "test_recorded.py", TESTS / "schema" / "test_validation.py"


def _runs_live(item: pytest.Item) -> bool:
    return (
        any(folder in item.path.parents for folder in _READING)
        and item.path != _RECORD
        and item.get_closest_marker(OWN_BASELINE) is None
    )


def _runs_live_or_compares(item: pytest.Item) -> bool:
    return _runs_live(item) or TESTS / "parity" in item.path.parents


def _never(item: pytest.Item) -> bool:
    """A rehearsal runs no tests."""
    return False


LIVE, REHEARSED = "live", "rehearse"
VIEWS = (
    View(LIVE, _runs_live),
    View("live, compared", _runs_live_or_compares, recorded=True),
    View("004", lambda item: item.path == _VALIDATION),
    View(REHEARSED, _never, judges=rehearsed.found),
    View("rehearse, listed", _never, judges=rehearsed.listed),
)
_DERIVED = pytest.StashKey[tuple["Mutant", ...]]()
_PROPERTY, _LIVE_SCORE = "mutant", "live score"
# So many are shown one by one, and of so few all that noticed.
_FEW, _VERY_FEW = 40, 5


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Recorder(config))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `mutant` runs once for each, one that asks for `equivalent` for each that is proved so."""
    for name in {"mutant", "equivalent"} & set(metafunc.fixturenames):
        from connect.mutants.equivalents import EQUIVALENTS

        found = [each for each in _derived(metafunc.config) if (each.name in EQUIVALENTS) == (name == "equivalent")]
        metafunc.parametrize(name, found, ids=[each.name for each in found])


def _derived(config: pytest.Config) -> tuple[Mutant, ...]:
    """The mutants of the chosen environments, on replicas even where a live database is set.

    None for --live, and none of another project, whose criteria test_criteria.py breaks.
    """
    if config.option.live or config.stash[OF_RUN].root.resolve() != ROOT:
        return ()
    if _DERIVED not in config.stash:
        from connect.mutants import derivation
        from pgproof.mutation import databases

        original = databases.read(templates_of(config), MUTATED, next(iter(MUTATED.environments.values())))
        config.stash[_DERIVED] = derivation.derive(original)
    chosen = {each.name for each in config.stash[CHOSEN]}
    return tuple(each for each in config.stash[_DERIVED] if each.environment in chosen)


@pytest.fixture(scope="session")
def mutant_runner(pytestconfig: pytest.Config) -> Iterator[MutantRunner]:
    """Runs the real tests on mutants, on the run's server."""
    from contextlib import closing

    from pgproof.mutation.judging import MutantRunner

    with closing(MutantRunner(opened(pytestconfig), MUTATED, WHAT, choose, VIEWS)) as found:
        # Else everything would pass for caught.
        for name in found.originals:
            if failing := found.failing_without_a_defect(name):
                pytest.fail(
                    f"{len(failing)} tests fail in {name} without any defect, such as {failing[0]}", pytrace=False
                )
        yield found


def choose(config: pytest.Config) -> None:
    """Let a run inside this one judge the environments that mutants are made in, whatever this one judges."""
    config.stash[CHOSEN] = tuple(MUTATED.environments.values())


@pytest.fixture
def verdict_on(mutant_runner: MutantRunner, record_property: Any) -> Callable[[Mutant], Verdict]:
    """Runs the tests on a mutant, and puts the verdict in the report."""

    def run(mutant: Mutant) -> Verdict:
        verdict = mutant_runner.judge(mutant)
        reason = None if verdict.seen[LIVE] else next(iter(unseen.of(mutant)), None)
        record_property(_PROPERTY, {**verdict.as_json(), "unseen": reason})
        return verdict

    return run


class _Recorder:
    """Collects the verdicts of every worker."""

    def __init__(self, config: pytest.Config) -> None:
        self._file: Path = config.option.mutation_report
        self._found: list[dict[str, Any]] = []
        self._criteria: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            told: list[tuple[str, Any]] = report.user_properties
            self._found += [value for name, value in told if name == _PROPERTY]
            self._criteria += [value for name, value in told if name == _LIVE_SCORE]

    def pytest_sessionfinish(self) -> None:
        if self._found:
            self._found.sort(key=lambda each: str(each["mutant"]))
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self._found, indent=1, ensure_ascii=False) + "\n")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self._found and not self._criteria:
            return
        terminalreporter.section("mutants")
        if self._found:
            for line in _table(self._found):
                terminalreporter.write_line(line)
            caught = sum(not each["survived"] for each in self._found)
            terminalreporter.write_line(f"{caught} of {len(self._found)} mutants caught; each is in {self._file}")
            if said := scores.said(self._found):
                terminalreporter.write_line(said)
        for each in sorted(self._criteria, key=lambda score: str(score["environment"])):
            terminalreporter.write_line(
                f"{each['environment']}: live {each['caught']} of {each['of']} defects of the guide's criteria"
            )


def _table(found: list[dict[str, Any]]) -> Iterator[str]:
    """Each mutant if there are few; otherwise the scores of each kind, why some are unseen, and those that survived."""
    if len(found) > _FEW:
        yield from _scores(found)
        yield ""
        yield from _reasons(found)
        found = [each for each in found if each["survived"]]
    all_of_them = len(found) <= _VERY_FEW
    width = max((len(each["mutant"]) for each in found), default=0)
    for each in found:
        by = "nothing" if not each["caught_by"] else each["caught_by"][0]
        rest = each["caught_by"][1:]
        others = f" and {len(rest)} others" if rest and not all_of_them else ""
        verdict = "SURVIVED, caught by" if each["survived"] else "caught by"
        yield f"{each['mutant']:<{width}}  {each['environment']:<7} {each['seconds']:>6.2f} s  {verdict} {by}{others}"
        if all_of_them:
            yield from (f"    and by {other}" for other in rest)
        if all_of_them and each.get("unseen"):
            yield f"    nobody sees it by reading: {each['unseen']}"


def _scores(found: list[dict[str, Any]]) -> Iterator[str]:
    views = scores.views(found)
    heads = ("mutants", "suite", *views)
    yield f"{'kind':<12}" + "".join(f"  {head:>{max(len(head), 5)}}" for head in heads) + f"  {'seconds':>8}"
    for row in (*scores.by_kind(found), scores.total(found)):
        # A kind that is made by other means, such as in a browser, was not asked.
        counts = (row.mutants, row.caught, *(row.seen.get(view, "–") for view in views))
        cells = "".join(f"  {count:>{max(len(head), 5)}}" for head, count in zip(heads, counts, strict=True))
        yield f"{row.kind:<12}{cells}  {row.seconds:>8.1f}"


def _reasons(found: list[dict[str, Any]]) -> Iterator[str]:
    groups = scores.unseen(found)
    if groups:
        yield "nobody sees by reading, because"
    for each in groups:
        yield f"{len(each.mutants):>5}  {each.reason}"
        if each.reason == scores.NO_REASON:
            yield from (f"         {name}" for name in each.mutants)

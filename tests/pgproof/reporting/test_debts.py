"""Debt is grouped by rule, worst first, and its history keeps each run once, and not for ever."""

import json
from dataclasses import replace

import pytest

from pgproof.errors import UsageError
from pgproof.reporting import debt_history, debts
from pgproof.reporting.debts import Debt
from pgproof.reporting.results import Result, Run

PLACE = "prod, live"


def owed(rule, level, count, accepted, environment="prod", how="live"):
    """The result of a test that found so much debt."""
    fact = {"rule": rule, "level": level, "count": count, "accepted": accepted}
    test = f"tests/security/test_lints.py::test_rule[{environment}-{rule}]"
    return Result(test, "security", environment, "passed", 0.1, "It is so.", "", [("debt", fact)], how)


def run_of(*found, started="2026-01-01T00:00:00+00:00"):
    return Run("pytest", started, 1.0, 0, [], [*found])


def rows(*found, before=None):
    runs = [run_of(*found)]
    return debts.rows(debts.of(runs), debts.levels(runs), before or {})


def test_the_worst_level_comes_first():
    """Errors stand before warnings, these before the rest; of one level, what is open most often comes first."""
    found = rows(owed("a", "INFO", 9, 0), owed("b", "WARN", 3, 3), owed("c", "warn", 2, 0), owed("d", "ERROR", 1, 1))
    assert [row.rule for row in found] == ["d", "c", "b", "a"]


def test_what_is_accepted_is_not_open():
    """A cell has what is open and what is accepted, at each place where it was looked for."""
    (row,) = rows(owed("a", "WARN", 5, 3), owed("a", "WARN", 1, 1, "staging"))
    assert row.cells == {PLACE: (2, 3, None), "staging, live": (0, 1, None)}


def test_a_rule_that_nothing_breaks_is_not_listed():
    """It is not debt; the place counts all the same as one without any."""
    assert rows(owed("a", "WARN", 0, 0)) == []
    assert debts.of([run_of(owed("a", "WARN", 0, 0))])[PLACE].open == 0


def test_the_change_since_the_run_before_is_told():
    """More and less than in the run before; a rule that is kept now is listed once more, as a success."""
    before = {PLACE: Debt("2025-12-31", {"a": (1, 1), "b": (4, 0)})}
    found = {
        row.rule: row.cells[PLACE] for row in rows(owed("a", "WARN", 5, 1), owed("b", "WARN", 0, 0), before=before)
    }
    assert found == {"a": (4, 1, 3), "b": (0, 0, -4)}


def test_a_place_that_was_judged_twice_counts_once():
    """Of two runs on one place the newer one counts, in whichever order they were kept."""
    old, new = run_of(owed("a", "WARN", 9, 0)), run_of(owed("a", "WARN", 2, 0), started="2026-01-02T00:00:00+00:00")
    assert debts.of([new, old])[PLACE].open == 2


def test_each_run_is_kept_once(tmp_path):
    """A report that is made again changes nothing, and a new run is added after the older ones."""
    first, second = Debt("2026-01-01", {"a": (3, 1)}), Debt("2026-01-02", {"a": (2, 2)})
    for debt in (second, first, second):
        history = debt_history.remember(tmp_path, {PLACE: debt})
    assert history == {PLACE: [first, second]}
    assert debt_history.before(history, {PLACE: second}) == {PLACE: first}
    assert debt_history.before(history, {PLACE: first}) == {}


def test_places_do_not_mix(tmp_path):
    """The trend of one place says nothing of another one."""
    debt_history.remember(tmp_path, {PLACE: Debt("2026-01-01", {"a": (3, 1)})})
    history = debt_history.remember(tmp_path, {"prod, replica": Debt("2026-01-02", {})})
    assert {place: len(found) for place, found in history.items()} == {PLACE: 1, "prod, replica": 1}


def test_the_history_does_not_grow_for_ever(tmp_path):
    """Of each place the newest runs are kept."""
    for number in range(debt_history.MOST_RUNS + 5):
        history = debt_history.remember(tmp_path, {PLACE: Debt(f"2026-01-01T{number:05}", {})})
    assert len(history[PLACE]) == debt_history.MOST_RUNS
    assert history[PLACE][-1].started.endswith(f"{debt_history.MOST_RUNS + 4:05}")
    assert len(json.loads((tmp_path / debt_history.FILE).read_text())[PLACE]) == debt_history.MOST_RUNS


def test_without_debt_nothing_is_written(tmp_path):
    """A project whose tests know no debt gets no file."""
    assert debt_history.remember(tmp_path, {}) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "[]", '{"prod": [{}]}', '{"prod": [{"started": 1, "rules": {"a": 1}}]}'])
def test_a_broken_history_is_named(tmp_path, content):
    """A file that is something else is refused with its name and what to do, and stays as it is."""
    (tmp_path / debt_history.FILE).write_text(content)
    with pytest.raises(UsageError, match=f"{debt_history.FILE} is not a history of debt .*remove it"):
        debt_history.remember(tmp_path, {PLACE: Debt("2026-01-01", {})})
    assert (tmp_path / debt_history.FILE).read_text() == content


def test_the_kept_runs_are_unchanged_by_the_file_beside_them(tmp_path):
    """The history lies beside the folder of the runs, where nobody takes it for one."""
    from pgproof.cli import report
    from pgproof.reporting import results

    results.write(replace(run_of()), tmp_path / "results" / "run.json")
    debt_history.remember(tmp_path, {PLACE: Debt("2026-01-01", {})})
    assert [run.file for run in report.kept(tmp_path)] == ["run.json"]

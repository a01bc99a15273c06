"""The one report says what was verified, what failed, and what nobody looked at."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from connect import paths
from connect.criteria import CRITERIA
from connect.project import PROJECT
from pgproof.hooks import Hooks
from pgproof.reporting import criteria, github, page, results
from pgproof.reporting.results import Judged, Result, Run


def result(test_id, outcome="passed", environment="prod", why="", facts=(), how="replica"):
    """One result of a test in the folder that its id names."""
    return Result(
        test_id, test_id.split("/")[1], environment, outcome, 0.1, f"Sentence of {test_id}.", why, list(facts), how
    )


def run_of(*found, exit_code=None):
    """One run on a replica of prod."""
    failed = any(each.outcome == "failed" for each in found)
    judged = [Judged("prod", "replica", "prod: replica, PostgreSQL 17.6, aligned")]
    return Run(
        "pytest", "2026-01-01T00:00:00+00:00", 1.0, int(failed) if exit_code is None else exit_code, judged, [*found]
    )


def heading(text):
    """What the page says first."""
    return re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL).group(1).strip()


def test_all_held_is_said():
    """With nothing but passed tests, everything that was verified holds."""
    text = page.render([run_of(result("tests/schema/test_a.py::t"))], PROJECT)
    assert heading(text) == "Everything that was verified holds"


def test_a_failure_is_first():
    """One failed test is the heading, with its reason, and the line that runs it again."""
    failed = result("tests/schema/test_a.py::t", "failed", why="no index\n  to do: run 001")
    text = page.render([run_of(failed)], PROJECT)
    assert heading(text) == "1 check failed"
    assert "to do: run 001" in text
    assert "pytest &#39;tests/schema/test_a.py::t&#39;" in text


@pytest.mark.parametrize("exit_code", [-9, 1, 2, 4])
def test_an_unfinished_run_is_not_a_success(exit_code):
    """A run that ended early, or with 1 though no test failed, is not finished: on the page, in summary and error."""
    runs = [run_of(result("tests/schema/test_a.py::t")), run_of(exit_code=exit_code)]
    text = page.render(runs, PROJECT)
    assert heading(text) == "Not finished"
    assert f"ended with exit code {exit_code}" in text
    assert "verification: not finished" in github.summary(runs, PROJECT)
    (line,) = github.errors(runs, Hooks())
    assert line == f"::error title=A run did not finish::pytest ended with exit code {exit_code}"


def test_no_run_is_not_a_success():
    """A page of no run says that nothing was run."""
    assert heading(page.render([], PROJECT)) == "Nothing was run"


TWO = criteria.Criterion("Two tests", ("tests/schema/test_a.py::t", "tests/schema/test_a.py::u"))
T, U = TWO.tests


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ([], criteria.OPEN),
        ([result(T, "skipped")], criteria.OPEN),
        ([result(f"{T}[prod]"), result(U)], criteria.HOLDS),
        ([result(T)], criteria.INCONCLUSIVE),
        ([result(T), result(f"{U}_and_another")], criteria.INCONCLUSIVE),
        ([result(T), result(f"{U}[a]"), result(f"{U}[b]", "skipped")], criteria.INCONCLUSIVE),
        ([result(T), result(U, "failed")], criteria.FAILS),
        ([result(T), result(U, "inconclusive")], criteria.INCONCLUSIVE),
        ([result(T, "inconclusive")], criteria.INCONCLUSIVE),
        ([result(T, "failed"), result(U, "inconclusive")], criteria.FAILS),
        ([result(T), result(U, environment="staging")], criteria.INCONCLUSIVE),
        ([result(T), result(U), result(U, "failed", how="live")], criteria.HOLDS),
        ([result(T, how="live"), result(U, how="live")], criteria.OPEN),
    ],
)
def test_a_criterion_holds_only_if_each_test_of_it_passed(found, outcome):
    """It holds where each of its tests passed and none failed or was skipped; with some it is inconclusive."""
    assert criteria.judge(TWO, criteria.Place("prod", "replica"), found).outcome == outcome


def verdicts(runs, number):
    """What a criterion, by its number, came to at each place."""
    criterion = CRITERIA[number - 1]
    return {place.title: criteria.judge(criterion, place, results.of(runs)).outcome for place in places(runs, number)}


def places(runs, number):
    """Where a criterion, by its number, is judged."""
    return criteria.places(CRITERIA[number - 1], runs)


def test_a_replica_says_nothing_of_the_live_database():
    """A live run that never began leaves its criteria not verified, and a failure names where it was."""
    everything = [result(f"{test}[prod]") for test in CRITERIA[0].tests]
    never = Run("pytest --live", "2026-01-01T00:01:00+00:00", 0, 4, [Judged("prod", "live", "")], [])
    runs = [run_of(*everything), never]
    assert verdicts(runs, 1) == {"prod, live": criteria.OPEN, "prod, replica": criteria.HOLDS}
    assert "| prod, live: not verified; prod, replica: holds |" in github.summary(runs, PROJECT)
    text = page.render(runs, PROJECT)
    shown = re.sub(r"<[^>]+>", "", text)
    assert "prod, live: not verified" in shown
    assert "prod, replica: holds" in shown
    failed = result("tests/schema/test_a.py::t[prod]", "failed", how="live")
    again = "pytest &#39;tests/schema/test_a.py::t[prod]&#39; --env=prod --live"
    assert again in page.render([run_of(failed)], PROJECT)
    (line,) = github.errors([run_of(failed)], Hooks())
    assert "[prod%2C live]" in line


def test_parity_is_judged_together():
    """Both environments are compared on replicas, live, or one of each; where only one was judged, nothing is known."""
    everything = [result(test, environment=None) for test in CRITERIA[5].tests]
    pair = [Judged("prod", "replica", ""), Judged("staging", "replica", "")]
    both = Run("pytest", "2026-01-01T00:00:00+00:00", 1.0, 0, pair, everything)
    live = Run("pytest --live", "2026-01-01T00:00:00+00:00", 1.0, 0, [Judged("prod", "live", "")], [])
    assert verdicts([both, live], 6) == {"both, live": criteria.OPEN, "both, replica": criteria.HOLDS}


def test_the_console_is_judged_by_tests_that_look_at_it():
    """Conversations in the right order prove nothing about the console."""
    assert "test_loading_leaves_the_console_clean" in "".join(CRITERIA[3].tests)
    for test in CRITERIA[3].tests:
        file, name = test.split("::")
        body = (paths.ROOT / file).read_text().split(f"def {name}(")[1].split("\ndef ")[0]
        assert "expect_clean()" in body


def test_each_criterion_has_tests():
    """Each of the six criteria is proved by tests that exist."""
    assert len(CRITERIA) == 6
    tests = [
        f"{path.relative_to(paths.ROOT)}::{name}"
        for path in (paths.ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    ]
    assert {test for criterion in CRITERIA for test in criterion.tests} <= set(tests)
    # What is strict about this repository's own baseline is not a criterion of the guide.
    own = {test for test in tests if "/own_baseline/" in test}
    assert own
    for folder, number in (("schema", 1), ("parity", 6)):
        theirs = {test for test in tests if test.startswith(f"tests/{folder}/") and "test_recorded" not in test} - own
        assert set(CRITERIA[number - 1].tests) == theirs


def test_costs_mutants_and_latencies_are_shown():
    """What the tests measured is on the page, each survivor by name."""
    stall = {"file": "sql/001.sql", "messages": 183, "script_ms": 6.0, "longest_send_ms": 7.5, "usual_ms": 5.0}
    facts = [
        ("locks", {"file": "sql/001.sql", "strongest": {"public.chats": "ShareLock"}}),
        ("stall", stall),
        ("mutant", {"mutant": "drop-x", "environment": "prod", "caught_by": [], "seconds": 1.0, "survived": True}),
        ("latency", {"where": "two tabs", "messages": 40, "p50_ms": 12, "p95_ms": 30, "p99_ms": 44}),
    ]
    text = page.render([run_of(result("tests/migration/test_a.py::t", facts=facts))], PROJECT)
    for shown in ("ShareLock", "7.5 ms", "drop-x", "0 <small>of 1", "44 ms"):
        assert shown in text


def test_the_page_is_self_contained():
    """The page asks nothing of any server, and what a test said is text, never markup."""
    text = page.render([run_of(result("tests/schema/test_a.py::t", "failed", why="<script src=x>"))], PROJECT)
    assert not re.search(r"<script|<link|src=\"(?!data:)|@import|url\(", text)


def test_annotations_stay_below_githubs_limit():
    """However many fail, there are at most ten annotations, and the last says how many are left."""
    failed = [result(f"tests/schema/test_a.py::t[{n}]", "failed", why="a\nb: 100%") for n in range(25)]
    lines = list(github.errors([run_of(*failed)], Hooks()))
    assert len(lines) == 10
    assert lines[0].startswith("::error file=tests/schema/test_a.py,title=Sentence of tests/schema/test_a.py%3A%3At[0]")
    assert lines[0].endswith("::a%0Ab: 100%25")
    assert "16 more failed" in lines[-1]


def test_the_summary_stays_below_githubs_limit():
    """However much failed, the summary fits, and says how much it leaves out."""
    failed = [result(f"tests/schema/test_a.py::t[{n}]", "failed", why="x" * 2000) for n in range(1000)]
    text = github.summary([run_of(*failed)], PROJECT)
    assert len(text.encode()) <= github.SUMMARY_BYTES
    assert re.search(r"\d+ more failed", text)


def test_the_summary_of_no_run_is_not_a_success():
    """The summary of no run says that nothing was run."""
    assert "verification: nothing was run" in github.summary([], PROJECT)


def test_what_was_left_out_is_said():
    """What a run left out stands below the heading, and in the summary."""
    runs = [replace(run_of(result("tests/schema/test_a.py::t")), left_out=["parity: only prod was chosen"])]
    assert "Left out: parity: only prod was chosen" in page.render(runs, PROJECT).split("</header>")[0]
    assert "Left out: parity: only prod was chosen" in github.summary(runs, PROJECT)


def test_each_run_has_its_own_time():
    """Where several runs make one page, each is listed with when it began."""
    later = replace(run_of(), started="2026-01-01T00:07:00+00:00")
    how = page.render([run_of(result("tests/schema/test_a.py::t")), later], PROJECT).split("<h2>How it was run</h2>")[1]
    assert "2026-01-01 00:00:00 UTC" in how
    assert "2026-01-01 00:07:00 UTC" in how


@pytest.mark.parametrize(("state", "marked"), [("aligned", False), ("not migrated", True)])
def test_a_live_database_that_is_not_aligned_is_marked(state, marked):
    """A live database that lacks a migration stands out where the page says what was judged."""
    judged = [Judged("prod", "live", f"prod: live database, read-only, PostgreSQL 17.6, {state}")]
    text = page.render([replace(run_of(), judged=judged)], PROJECT)
    assert ('class="badge live behind"' in text) == marked


def test_the_command_tells_what_is_missing(tmp_path):
    """Without a run the command says which one to make first; with a failed one it ends with 1."""
    command = [sys.executable, "-m", "harness", "report", "--folder", str(tmp_path)]
    missing = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert missing.returncode == 2
    assert "there is no run to report" in missing.stderr
    results.write(run_of(result("tests/schema/test_a.py::t", "failed")), tmp_path / "results" / "run.json")
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert heading((tmp_path / "index.html").read_text()) == "1 check failed"


def test_the_command_remembers_the_debt(tmp_path):
    """Each report of a new run makes the trend one longer; a history that cannot be read ends it with a sentence."""
    command = [sys.executable, "-m", "harness", "report", "--folder", str(tmp_path)]
    facts = [("debt", {"rule": "duplicate_index", "level": "WARN", "count": 2, "accepted": 1})]
    for day in (1, 2, 2):
        run = replace(run_of(result("tests/security/test_a.py::t", facts=facts)), started=f"2026-01-0{day}")
        results.write(run, tmp_path / "results" / "run.json")
        done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "In 2 runs from 2026-01-01 to 2026-01-02" in (tmp_path / "index.html").read_text()
    (tmp_path / "debt-history.json").write_text("{")
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "debt-history.json is not a history of debt (JSONDecodeError); remove it" in done.stderr


def verdict(name, live, unseen=None):
    """A defect that the suite noticed, and whether a live run did."""
    caught = {"mutant": name, "environment": "prod", "caught_by": ["tests/a.py::t"], "seconds": 1, "survived": False}
    return caught | {"seen": {"live": live, "004": False}, "unseen": unseen}


def test_scores_of_mutants_are_shown_by_kind_and_reason():
    """Each part of the tests has its score, each kind its row, and what is unseen stands under its reason."""
    found = [verdict("index-a-dropped", True), verdict("body-b-1", False, "it must run"), verdict("body-c-1", False)]
    found.append({**verdict("page: d", True), "seen": {}})
    facts = [("mutant", each) for each in found]
    text = page.render([run_of(result("tests/mutation/test_m.py::t", facts=facts))], PROJECT)
    section = re.search(r'<section id="mutants">.*?</section>', text, re.DOTALL).group(0)
    cards = re.findall(r'<p class="label">(.*?)</p>\s*<p class="score .*?">(\d+) <small>of (\d+)', section)
    assert cards == [("suite", "4", "4"), ("live", "1", "3"), ("004", "0", "3")]
    rows = [re.findall(r"<td.*?>(.*?)</td>", row) for row in re.findall(r"<tr.*?</tr>", section.partition("<h3>")[0])]
    assert [row for row in rows if row] == [
        ["body", "2", "2", "0", "0"],
        ["index", "1", "1", "1", "0"],
        ["page", "1", "1", "–", "–"],
        ["all", "4", "4", "1", "0"],
    ]
    reasons = re.findall(r"<strong.*?>(\d+)</strong> <span>(.*?)</span></summary>\s*<p><code>(.*?)</code>", section)
    assert reasons == [("1", "nothing says why", "body-c-1"), ("1", "it must run", "body-b-1")]


def test_the_live_score_of_the_criteria_is_shown():
    """Where only the criteria were broken, as of another project, the page says how many defects were noticed."""
    facts = [("live score", {"environment": "prod", "caught": 89, "of": 90})]
    text = page.render([run_of(result("tests/mutation/test_c.py::t", facts=facts))], PROJECT)
    assert "a live run notices 89 of 90 defects of the criteria" in text
    assert "Each defect, and what caught it" not in text

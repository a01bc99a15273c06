"""The one report says what was verified, what failed, and what nobody looked at."""

import re
import subprocess
import sys

import pytest

from harness import paths
from harness.reporting import criteria, github, page, results
from harness.reporting.results import Judged, Result, Run


def result(test_id, outcome="passed", environment="prod", why="", facts=()):
    """One result of a test in the folder that its id names."""
    return Result(
        test_id, test_id.split("/")[1], environment, outcome, 0.1, f"Sentence of {test_id}.", why, list(facts)
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
    assert heading(page.render([run_of(result("tests/schema/test_a.py::t"))])) == "Everything that was verified holds"


def test_failure_is_first():
    """One failed test is the heading, with its reason, and the line that runs it again."""
    text = page.render([run_of(result("tests/schema/test_a.py::t", "failed", why="no index\n  to do: run 001"))])
    assert heading(text) == "1 check failed"
    assert "to do: run 001" in text
    assert "pytest &#39;tests/schema/test_a.py::t&#39;" in text


def test_unfinished_run_is_a_failure():
    """A run that ended before it verified anything is not a page on which all holds."""
    text = page.render([run_of(result("tests/schema/test_a.py::t")), run_of(exit_code=4)])
    assert "failed" in heading(text)
    assert "ended with exit code 4" in text


def test_no_run_is_no_success():
    """A page of no run says that nothing was run."""
    assert heading(page.render([])) == "Nothing was run"


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ([], criteria.OPEN),
        ([result("tests/schema/test_a.py::t", "skipped")], criteria.OPEN),
        ([result("tests/schema/test_a.py::t"), result("tests/schema/test_a.py::u", "skipped")], criteria.HOLDS),
        ([result("tests/schema/test_a.py::t"), result("tests/schema/test_a.py::u", "failed")], criteria.FAILS),
        ([result("tests/schema/test_a.py::t", environment="staging")], criteria.OPEN),
    ],
)
def test_criterion_holds_only_if_a_test_passed(found, outcome):
    """A criterion holds if a test of it passed and none failed; where none ran, it is not verified."""
    assert criteria.judge(criteria.CRITERIA[0], "prod", found).outcome == outcome


def test_each_criterion_has_tests():
    """Each of the six criteria is proved by tests that exist."""
    assert len(criteria.CRITERIA) == 6
    tests = [
        f"{path.relative_to(paths.ROOT)}::{name}"
        for path in (paths.ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    ]
    for criterion in criteria.CRITERIA:
        for prefix in criterion.tests:
            assert any(test.startswith(prefix) for test in tests), prefix


def test_costs_mutants_and_latencies_are_shown():
    """What the tests measured is on the page, each survivor by name."""
    stall = {"file": "sql/001.sql", "messages": 183, "script_ms": 6.0, "longest_send_ms": 7.5, "usual_ms": 5.0}
    facts = [
        ("locks", {"file": "sql/001.sql", "strongest": {"public.chats": "ShareLock"}}),
        ("stall", stall),
        ("mutant", {"mutant": "drop-x", "environment": "prod", "caught_by": [], "seconds": 1.0, "survived": True}),
        ("latency", {"where": "two tabs", "messages": 40, "p50_ms": 12, "p95_ms": 30, "p99_ms": 44}),
    ]
    text = page.render([run_of(result("tests/migration/test_a.py::t", facts=facts))])
    for shown in ("ShareLock", "7.5 ms", "drop-x", "0 <small>of 1 deliberate", "44 ms"):
        assert shown in text


def test_page_is_self_contained():
    """The page asks nothing of any server, and what a test said is text, never markup."""
    text = page.render([run_of(result("tests/schema/test_a.py::t", "failed", why="<script src=x>"))])
    assert not re.search(r"<script|<link|src=\"(?!data:)|@import|url\(", text)


def test_annotations_stay_below_githubs_limit():
    """However many fail, there are at most ten annotations, and the last says how many are left."""
    failed = [result(f"tests/schema/test_a.py::t[{n}]", "failed", why="a\nb: 100%") for n in range(25)]
    lines = list(github.errors([run_of(*failed)]))
    assert len(lines) == 10
    assert lines[0].startswith("::error file=tests/schema/test_a.py,title=Sentence of tests/schema/test_a.py%3A%3At[0]")
    assert lines[0].endswith("::a%0Ab: 100%25")
    assert "16 more failed" in lines[-1]


def test_summary_stays_below_githubs_limit():
    """However much failed, the summary fits, and says how much it leaves out."""
    failed = [result(f"tests/schema/test_a.py::t[{n}]", "failed", why="x" * 2000) for n in range(1000)]
    text = github.summary([run_of(*failed)])
    assert len(text.encode()) <= github.SUMMARY_BYTES
    assert re.search(r"\d+ more failed", text)


def test_summary_of_an_unfinished_run_is_no_success():
    """A run that did not finish is no success in the summary either, nor is no run at all."""
    assert "verification: failed" in github.summary([run_of(result("tests/schema/test_a.py::t")), run_of(exit_code=4)])
    assert "verification: failed" in github.summary([])


def test_command_tells_what_is_missing(tmp_path):
    """Without a run the command says which one to make first; with a failed one it ends with 1."""
    command = [sys.executable, "-m", "harness", "report", "--folder", str(tmp_path)]
    missing = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert missing.returncode == 2
    assert "there is no run to report" in missing.stderr
    results.write(run_of(result("tests/schema/test_a.py::t", "failed")), tmp_path / "results" / "run.json")
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert heading((tmp_path / "index.html").read_text()) == "1 check failed"

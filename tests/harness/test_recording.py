"""What a run did is kept as it was: by whichever worker, and whatever came of it."""

import pytest

from harness.errors import Refusal
from harness.fixtures.runs import OUTSIDE
from harness.reporting import results

TESTS = '''
import pytest


@pytest.fixture
def broken():
    raise ValueError("the fixture broke")


@pytest.fixture
def breaks_after():
    yield
    raise ValueError("the fixture broke afterwards")


def test_holds(record_property):
    """It holds."""
    record_property("latency", {"p50_ms": 1.5})


def test_fails():
    """It fails."""
    pytest.fail("the index is missing\\n  to do: run it", pytrace=False)


def test_leaks():
    """It leaks."""
    raise ValueError("no route to postgresql://someone:secret-word@example.com/postgres")


def test_asserts():
    """It asserts."""
    assert 1 == 2


def test_is_skipped():
    """It is skipped."""
    pytest.skip("no engine here")


def test_cannot_begin(broken):
    """It cannot begin."""


def test_cannot_end(breaks_after):
    """It cannot end."""
'''


@pytest.fixture(scope="module", params=[(), ("-n", "2")], ids=["alone", "parallel"])
def kept(run, tmp_path_factory, request):
    """The record of a run with one test of each kind."""
    folder = tmp_path_factory.mktemp("recording")
    (folder / "test_each.py").write_text(TESTS)
    done = run(*OUTSIDE, str(folder / "test_each.py"), "--results", str(folder / "run.json"), *request.param)
    assert done.returncode == 1, done.stdout + done.stderr
    return results.read(folder / "run.json")


@pytest.mark.parametrize(
    ("name", "outcome", "why"),
    [
        ("test_holds", "passed", ""),
        ("test_fails", "failed", "the index is missing\n  to do: run it"),
        ("test_leaks", "failed", "ValueError: no route to postgresql://someone:***@example.com/postgres"),
        ("test_asserts", "failed", "assert 1 == 2"),
        ("test_is_skipped", "skipped", "no engine here"),
        ("test_cannot_begin", "failed", "ValueError: the fixture broke"),
        ("test_cannot_end", "failed", "ValueError: the fixture broke afterwards"),
    ],
)
def test_outcome_is_kept(kept, name, outcome, why):
    """Each test is kept with what came of it, and why; one whose set-up or tear-down broke has failed."""
    (result,) = [result for result in kept.results if result.id.endswith(f"::{name}")]
    assert result.outcome == outcome
    assert result.why.strip() == why


def test_sentence_and_measurements_are_kept(kept):
    """The sentence of a test and what it measured come along, also from a worker."""
    (result,) = [result for result in kept.results if result.id.endswith("::test_holds")]
    assert result.states == "It holds."
    assert results.facts(kept.results, "latency") == [{"p50_ms": 1.5}]
    assert kept.exit_code == 1


def test_what_was_judged_is_kept(run, tmp_path):
    """The record says which environment was judged, how, and in which state."""
    run("-m", "schema", "--env", "staging", "-k", "test_trigger", "--results", str(tmp_path / "run.json"))
    found = results.read(tmp_path / "run.json")
    assert [(judged.environment, judged.how) for judged in found.judged] == [("staging", "replica")]
    assert found.judged[0].title.endswith("aligned")
    assert {result.environment for result in found.results} == {"staging"}
    assert {result.folder for result in found.results} == {"schema"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"judged": 1, "results": []}', '{"judged": [], "results": [{}]}'])
def test_broken_record_is_refused(tmp_path, text):
    """A file that is no whole record is refused by its name, not read as an empty run."""
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(Refusal, match=r"run\.json is no record of a run"):
        results.read(tmp_path / "run.json")

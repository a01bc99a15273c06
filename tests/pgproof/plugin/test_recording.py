"""What a run did is kept as it was: by whichever worker, and whatever came of it."""

import json
import re
from dataclasses import replace

import pytest

from pgproof.errors import UsageError
from pgproof.reporting import results
from tests.fix_runs import OUTSIDE

TESTS = '''
import pytest

from pgproof.errors import Inconclusive
from pgproof.plugin.recording import SCRUBBER
from pgproof.scrub import Scrubber


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


def test_fills():
    """It fills."""
    raise TimeoutError("Timeout exceeded.\\n  - fill(\\"secret-word\\")")


@pytest.fixture
def learnt(request):
    scrub = Scrubber()
    scrub.learn("".join(["secret", "-", "word"]))
    request.node.stash[SCRUBBER] = scrub


def sign_in(password):
    raise ValueError(f"{password} was refused") from KeyError(password)


def test_tells(learnt):
    """It tells."""
    print("".join(["secret", "-", "word"]))
    sign_in("".join(["secret", "-", "word"]))


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


def test_cannot_see():
    """It cannot see."""
    raise Inconclusive("no row is visible")


def test_cannot_see_in_other_words():
    """It cannot see in other words."""
    try:
        raise Inconclusive("no row is visible")
    except Inconclusive as reason:
        pytest.fail(f"messages: {reason}", pytrace=False)


def test_says_so_itself(record_property):
    """It says so itself."""
    record_property("answer", "inconclusive")
    pytest.fail("nobody could tell", pytrace=False)


def test_holds_after_all(record_property):
    """It holds after all."""
    record_property("answer", "inconclusive")


def test_measures_a_secret(learnt, record_property):
    """It measures a secret."""
    record_property("stall", {"errors": ["".join(["secret", "-", "word"]), "postgresql://a:hidden@host/x"], "sends": 1})


def test_says_much():
    """It says much."""
    pytest.fail("\\n".join(f"line {n}" for n in range(1000)), pytrace=False)
'''


@pytest.fixture(scope="module", params=[(), ("-n", "2")], ids=["alone", "parallel"])
def recorded(run, tmp_path_factory, request):
    """A run with one test of each kind: its record, and what pytest said of the test that knows a secret."""
    folder = tmp_path_factory.mktemp("recording")
    (folder / "test_each.py").write_text(TESTS)
    done = run(*OUTSIDE, str(folder / "test_each.py"), "--results", str(folder / "run.json"), *request.param)
    assert done.returncode == 1, done.stdout + done.stderr
    told = re.search(r"_+ test_tells _+\n(.*?)\n[_=]{5}", done.stdout, flags=re.DOTALL)
    return results.read(folder / "run.json"), told[1]


@pytest.fixture
def kept(recorded):
    """The record of the run."""
    return recorded[0]


@pytest.mark.parametrize(
    ("name", "outcome", "why"),
    [
        ("test_holds", "passed", ""),
        ("test_fails", "failed", "the index is missing\n  to do: run it"),
        ("test_leaks", "failed", "ValueError: no route to postgresql://someone:***@example.com/postgres"),
        ("test_fills", "failed", 'TimeoutError: Timeout exceeded.\n  - fill("***")'),
        ("test_tells", "failed", "ValueError: *** was refused"),
        ("test_asserts", "failed", "assert 1 == 2"),
        ("test_is_skipped", "skipped", "no engine here"),
        ("test_cannot_begin", "failed", "ValueError: the fixture broke"),
        ("test_cannot_end", "failed", "ValueError: the fixture broke afterwards"),
        ("test_cannot_see", "inconclusive", "pgproof.errors.Inconclusive: no row is visible"),
        ("test_cannot_see_in_other_words", "inconclusive", "messages: no row is visible"),
        ("test_says_so_itself", "inconclusive", "nobody could tell"),
        ("test_holds_after_all", "passed", ""),
        ("test_says_much", "failed", "\n".join(f"line {n}" for n in range(1000))),
    ],
)
def test_each_outcome_is_kept(kept, name, outcome, why):
    """Each test is kept with what came of it, and why in full; one whose set-up or tear-down broke has failed."""
    (result,) = [result for result in kept.results if result.id.endswith(f"::{name}")]
    assert result.outcome == outcome
    assert result.why.strip() == why


def test_a_learnt_secret_is_not_printed(recorded):
    """What pytest prints of a failed test has stars for what it knows to be secret: in arguments, causes and output."""
    _, told = recorded
    assert "ValueError: *** was refused" in told
    assert "password = '***'" in told
    assert "KeyError: '***'" in told
    assert "Captured stdout call" in told
    assert "secret-word" not in told


@pytest.mark.parametrize("style", ["native", "short", "line"])
def test_no_style_of_a_traceback_prints_it(run, tmp_path, style):
    """Whatever pytest was told to print of a failure, what the test knows to be secret is not in it."""
    (tmp_path / "test_each.py").write_text(TESTS)
    done = run(*OUTSIDE, str(tmp_path / "test_each.py"), "-k", "test_tells", "--tb", style, "--showlocals")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ValueError: *** was refused" in done.stdout
    assert "secret-word" not in done.stdout


def test_sentence_and_measurements_are_kept(kept):
    """The sentence of a test and what it measured come along, also from a worker."""
    (result,) = [result for result in kept.results if result.id.endswith("::test_holds")]
    assert result.states == "It holds."
    assert results.facts(kept.results, "latency") == [{"p50_ms": 1.5}]
    assert kept.exit_code == 1


def test_measurements_have_no_secrets(kept):
    """What a test measured is kept without what is secret, whether by its looks or as the test knows."""
    (stall,) = results.facts(kept.results, "stall")
    assert stall == {"errors": ["***", "postgresql://a:***@host/x"], "sends": 1}


def test_what_was_judged_is_kept(run, tmp_path):
    """The record says which environment was judged, how, and in which state."""
    run("-m", "schema", "--env", "staging", "-k", "test_trigger", "--results", str(tmp_path / "run.json"))
    found = results.read(tmp_path / "run.json")
    assert [(judged.environment, judged.how) for judged in found.judged] == [("staging", "replica")]
    assert found.judged[0].title.endswith("aligned")
    assert {result.environment for result in found.results} == {"staging"}
    assert {result.folder for result in found.results} == {"schema"}
    assert {result.how for result in found.results} == {"replica"}


@pytest.mark.parametrize("parallel", [(), ("-n", "2")], ids=["alone", "parallel"])
def test_a_file_that_cannot_be_collected_is_a_failed_result(run, tmp_path, parallel):
    """A file of tests that cannot even be imported is kept as failed, with why, however the run was spread."""
    (tmp_path / "test_good.py").write_text("def test_holds():\n    pass\n")
    (tmp_path / "test_bad.py").write_text("raise ValueError('cannot be imported')\n")
    run(*OUTSIDE, str(tmp_path), "--results", str(tmp_path / "run.json"), *parallel)
    (failed,) = [result for result in results.read(tmp_path / "run.json").results if result.outcome == "failed"]
    assert failed.id.endswith("test_bad.py")
    assert "cannot be imported" in failed.why


def test_parity_that_was_left_out_is_kept(run, tmp_path):
    """A run of one environment keeps that it could not compare."""
    run("-m", "schema or parity", "--env", "staging", "-k", "test_trigger", "--results", str(tmp_path / "run.json"))
    (said,) = results.read(tmp_path / "run.json").left_out
    assert said == "parity on replicas, as only staging was chosen"


def test_a_record_without_how_is_read(kept, tmp_path):
    """A record from before results knew how they were judged takes it from what the run judged."""
    judged = [results.Judged("prod", "live", "")]
    result = results.Result("tests/schema/test_a.py::t[prod]", "schema", "prod", "passed", 0.1, "", how="live")
    results.write(replace(kept, judged=judged, results=[result]), tmp_path / "run.json")
    old = json.loads((tmp_path / "run.json").read_text())
    del old["results"][0]["how"], old["left_out"]
    (tmp_path / "run.json").write_text(json.dumps(old))
    assert results.read(tmp_path / "run.json").results == [result]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"judged": 1, "results": []}', '{"judged": [], "results": [{}]}'])
def test_a_broken_record_is_refused(tmp_path, text):
    """A file that is not a whole record is refused by its name, not read as an empty run."""
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(UsageError, match=r"run\.json is not a record of a run"):
        results.read(tmp_path / "run.json")

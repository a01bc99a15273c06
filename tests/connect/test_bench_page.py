"""The page of the benchmarks says of each comparison what its figures say, and nothing else."""

import sys
import types

import pytest

from bench import __main__ as command
from bench import names, page
from bench.measure import CouldNotRun, Line, Row, table
from bench.page import Section
from bench.verdicts import Absent, Beside, Told


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ([1, 2, 1], [2, 3, 4], "ahead"),
        ([3, 3, 3], [2, 2, 2], "behind: it starts a Python"),
        ([1, 3, 1], [2, 2, 2], "level: it starts a Python"),
        ([2, 2], [2, 2], "level: it starts a Python"),
    ],
)
def test_a_time_is_ahead_only_if_every_round_is(ours, theirs, verdict):
    """Where the rounds disagree neither is ahead, and what is not ahead says why."""
    assert Beside("rival", "time", ours, theirs, "it starts a Python").verdict == verdict


@pytest.mark.parametrize(("ours", "ratio"), [([1, 1], "0.25"), ([4, 4], "1.00"), ([100, 100], "25")])
def test_a_ratio_is_ours_by_theirs(ours, ratio):
    """It is that of the medians."""
    assert Beside("rival", "time", ours, [4, 4], "").figure == ratio


@pytest.mark.parametrize(
    ("ours", "theirs", "alarms", "verdict"),
    [
        ("abc", "ab", None, "ahead"),
        ("abc", "abc", None, "level: both tell all"),
        ("ab", "bc", None, "level: both tell as many"),
        ("a", "abc", None, "behind: only rival tells b, c"),
        ("abc", "abc", ("", "x"), "ahead"),
        ("abc", "abc", ("x", ""), "behind: only we are wrong about x"),
        ("abc", "ab", ("xy", "y"), "behind: only we are wrong about x"),
        ("ab", "abc", ("", "xyz"), "behind: only rival tells c"),
    ],
)
def test_what_is_told_is_counted_and_so_are_false_alarms(ours, theirs, alarms, verdict):
    """Whoever tells more by crying wolf is not ahead; what only the other tells is named."""
    assert Told("rival", "things", ours, theirs, 3, alarms).verdict == verdict


def test_many_names_are_cut_off():
    """A verdict stays one sentence."""
    assert Told("rival", "things", "", "abcdefgh", 8).verdict == "behind: only rival tells a, b, c, d, e, f and 2 more"


def test_the_page_holds_what_was_measured():
    """Every verdict is in the table at its top; the text of a section is that of its module, and the time is there."""
    verdicts = [Beside("pg_dump | diff", "time", [1.0], [2.0], "x"), Absent("eugene", "hazards", "not installed")]
    shown = table("diff", [Row("ours", [1.0]), Line("rival", "1.0")])
    section = Section("diff", "Compares.", shown, verdicts, 90)
    text = page.page("python -m bench diff", "2 cores, load 0.1 at the start", [section])
    assert "Written by `python -m bench diff`, which took 1.5 minutes: Python 3." in text
    assert "2 cores, load 0.1 at the start." in text
    assert r"| pg_dump \| diff | time | 0.50 | ahead |" in text
    assert "| eugene | hazards |  | not compared: not installed |" in text
    assert f"## diff\n\nCompares.\n\nIt took 90 s.\n\n```text\n{shown}\n```\n" in text


def test_without_a_name_those_of_the_page_are_run():
    """A group's name stands for its benchmarks, and none is run twice."""
    assert names.chosen([]) == names.chosen(["beside"]) == list(names.BESIDE)
    assert names.chosen(["stall", "own"]) == ["stall", *(name for name in names.OWN if name != "stall")]


def test_an_unknown_name_is_one_sentence(capsys):
    """It says which names there are, with exit code 4."""
    assert command.main(["dif"]) == 4
    assert capsys.readouterr().err.startswith("unknown benchmark 'dif'; choose from beside, own, pgtap, diff, ")


@pytest.mark.parametrize("name", [*names.BESIDE, *names.OWN])
def test_every_benchmark_says_what_it_measures(name):
    """Each has rows, and a text for the page that fits into a line."""
    assert callable(names.module(name).rows)
    assert names.about(name)
    assert max(map(len, names.about(name).splitlines())) <= 120


def test_a_package_that_is_missing_is_one_sentence(monkeypatch):
    """Without the packages of `make setup-all` the benchmark says so, also when it imports them as it goes on."""

    def rows():
        yield Line("first", "there")
        raise ModuleNotFoundError(name="uvicorn")

    made = types.ModuleType("bench_that_lacks")
    made.rows = rows
    monkeypatch.setitem(sys.modules, "bench_that_lacks", made)
    monkeypatch.setitem(names.OWN, "lacks", "bench_that_lacks")
    monkeypatch.setitem(names.OWN, "absent", "no_such_package.bench")
    with pytest.raises(CouldNotRun, match=r"^the package 'uvicorn' is not installed; run `make setup-all`$"):
        list(names.rows("lacks"))
    with pytest.raises(CouldNotRun, match=r"^the package 'no_such_package' is not installed"):
        list(names.rows("absent"))


def test_a_page_is_not_written_without_all_benchmarks(monkeypatch, tmp_path, capsys):
    """What could not run is named, and the page of the last run stays."""

    def rows():
        raise CouldNotRun("nobody is there")
        yield

    made = types.ModuleType("bench_that_fails")
    made.rows = rows
    monkeypatch.setitem(sys.modules, "bench_that_fails", made)
    monkeypatch.setitem(names.OWN, "fails", "bench_that_fails")
    written = tmp_path / "page.md"
    written.write_text("before")
    assert command.main(["fails", "--write", str(written)]) == 1
    assert "fails could not run: nobody is there" in capsys.readouterr().out
    assert written.read_text() == "before"

"""The benchmark of `diff` measures commands that compare right, and names the others."""

import sys

import pytest

from bench import comparers, diff, pairs
from bench.comparers import Comparer
from bench.measure import CouldNotRun, Line, table

OURS = comparers.known()[0]


def command(code, version="1"):
    """A rival that is this Python code."""
    return Comparer("rival", version, lambda one, two: [sys.executable, "-c", code, one, two], (0,))


def measured(*known):
    """The smallest measurement: one round on the two baselines."""
    rows = list(diff.rows(sizes=(), known=known, rounds=1))
    return rows, table("diff", rows)


def test_without_rivals_it_prints_our_own_figures(monkeypatch, tmp_path):
    """Time, memory, exit code and what was told are there; the rivals are named as not installed."""
    monkeypatch.setenv("CONNECT_RIVALS", str(tmp_path))
    rows, text = measured(*comparers.known())
    assert [row.said for row in rows if isinstance(row, Line)][1:] == [
        "not installed",
        "not installed",
        "5 differences to tell",
        "tells 5 of 5, exit code 1",
    ]
    assert [(row.what.strip(), row.unit) for row in rows if not isinstance(row, Line)] == [
        (comparers.OURS, "ms"),
        (comparers.OURS, "MiB"),
    ]
    assert comparers.OURS in text


def test_a_rival_is_compared_by_time_and_memory():
    """Both ratios are there, and how little a rival told."""
    rows, _ = measured(OURS, command("print('chat_participants')"))
    assert "tells 1 of 5, exit code 0" in [row.said for row in rows if isinstance(row, Line)]
    assert [row.unit for row in rows if getattr(row, "against", None)] == ["ms", "MiB"]


def test_a_rival_that_fails_is_named_with_its_words():
    """Its exit code and its last words stand in place of figures."""
    rows, text = measured(OURS, command("import sys; sys.exit('out of memory')"))
    assert "failed with exit code 1 and said out of memory" in text
    assert not any(getattr(row, "against", None) for row in rows)


def test_a_command_that_takes_too_long_is_ended():
    """It has no exit code, and none of its processes is left to wait for."""
    assert command("import threading; threading.Event().wait()").run("", "", 0.5).code is None


def test_a_command_that_cannot_be_started_is_no_figure():
    """The benchmark says which one it is."""
    missing = Comparer("rival", "1", lambda one, two: ["/no/such/command", one, two], (0,))
    with pytest.raises(CouldNotRun, match="rival could not be started"):
        missing.run("", "", 5)


def test_many_tables_differ_as_they_say(templates):
    """The large pairs are made as meant, and our command tells each of their differences and no more."""
    with pairs.many_tables(templates, 100) as pair:
        said = OURS.run(pair.one, pair.two, 60).said
    assert pair.told(said) == len(pair.differ)
    assert said.endswith("5 differences\n")

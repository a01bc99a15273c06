"""The benchmark of `diff` measures commands that compare right, and names the others."""

import re
import sys

import pytest

from bench import comparers, diff, pairs
from bench.comparers import Comparer
from bench.measure import CouldNotRun, Line, Row, table
from bench.verdicts import Absent, Beside, Told
from connect.project import REPLICAS

OURS = comparers.ours()


def command(code, version="1"):
    """A rival that is this Python code."""
    return Comparer("rival", version, lambda one, two: [sys.executable, "-c", code, one, two], (0,))


def measured(*known):
    """The smallest measurement: one round on the two baselines."""
    rows = list(diff.rows(sizes=(), known=known, rounds=1))
    return rows, table("diff", [row for row in rows if isinstance(row, Row | Line)])


def test_without_rivals_it_prints_our_own_figures(monkeypatch, tmp_path):
    """Time, memory, exit code and what was told are there; the rivals are named as not installed."""
    monkeypatch.setenv("CONNECT_RIVALS", str(tmp_path))
    rows, text = measured(*(each for each in comparers.known() if each.name != comparers.PG_DUMP))
    assert [row.said for row in rows if isinstance(row, Line)][1:] == [
        "not installed",
        "not installed",
        "5 differences to tell",
        "tells 5 of 5, exit code 1",
    ]
    assert [(row.what.strip(), row.unit) for row in rows if isinstance(row, Row)] == [
        (comparers.OURS, "ms"),
        (comparers.OURS, "MiB"),
    ]
    assert [row.verdict for row in rows if isinstance(row, Absent)] == ["not compared: not installed"] * 2
    assert comparers.OURS in text


def test_two_dumps_are_compared_as_a_person_would():
    """Each difference shows, also between servers that add a random key to a dump; what is alike shows nothing."""
    rows, _ = measured(OURS, comparers.pg_dump(), comparers.bare())
    told = next(row for row in rows if isinstance(row, Told))
    assert (told.rival, told.figure, told.verdict) == (comparers.PG_DUMP, "5 to 5 of 5", "level: both tell all")
    explained = {row.what.partition(",")[0]: row.because for row in rows if isinstance(row, Beside)}
    assert re.search(r"a Python that only connects takes \d+ ms of ours", explained["time"])
    assert re.search(r"a Python that only connects takes \d+ MiB of ours", explained["memory"])


def test_two_dumps_that_are_alike_do_not_differ(templates):
    """The exit code says so; and a dump that fails has a code of its own."""
    with templates.reading(REPLICAS["prod"], "aligned") as one:
        dumps = comparers.pg_dump()
        assert (alike := dumps.run(one, one, 60)).code == 0, alike.complained
        assert alike.said == ""
        assert dumps.run(one, one.replace("dbname=", "dbname=no_"), 60).code not in dumps.done


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
    assert pair.told(said) == pair.differ
    assert said.endswith("5 differences\n")

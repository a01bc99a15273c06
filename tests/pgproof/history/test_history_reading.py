"""How a judgement reads, and that taking down is safe from many threads."""

import threading

from pgproof.history import Line, Observer, Recorder, Row, check
from pgproof.history.sidebyside import MISSING, table
from pgproof.moment import Moment


def test_a_judgement_reads_as_sentences_times_and_orders():
    """A person reads the anomalies in sentences, then times, then the orders side by side."""
    recorder = Recorder()
    for name in ("Ann", "Ben"):
        recorder.observer(Observer(name))
    for n, key in enumerate(("one", "two", "three")):
        recorder.sent(key, "Ann", Moment(n, n))
        recorder.acknowledged(key, Moment(n, n))
    recorder.view("Ann", map(Line, ("one", "two", "three")), at=Moment(3, 3))
    recorder.view("Ben", map(Line, ("three", "one")), at=Moment(3.25, 3.25))
    recorder.stored(Row(key, seq) for seq, key in enumerate(("one", "two", "three"), 1))
    assert check(recorder.history()).lines() == [
        "2 anomalies",
        "  event lost: Ben never saw 'two'; it is stored with seq 2",
        "  reordered: Ben had 'three' before 'one' at the end; they are stored as 'three' seq 3 and 'one' seq 1",
        "from send to seen",
        "  all: p50 1250 ms, p95 3250 ms, p99 3250 ms (2 seen)",
        "  Ben: p50 1250 ms, p95 3250 ms, p99 3250 ms (2 seen)",
        "orders, top to bottom",
        "  database  Ann    Ben",
        "  —         —      three",
        "  one       one    one",
        "  two       two    —",
        "  three     three  —",
    ]


def test_one_loss_is_one_gap():
    """What is missing leaves its place empty, and what is too much stands in a row of its own."""
    found = table("abcd", {"Ann": "acd", "Ben": "abxcd"})
    assert found.names == ("database", "Ann", "Ben")
    assert found.rows == (
        ("a", "a", "a"),
        ("b", MISSING, "b"),
        (MISSING, MISSING, "x"),
        ("c", "c", "c"),
        ("d", "d", "d"),
    )


def test_only_the_differences_of_long_orders_are_shown():
    """Of many messages only those around a difference are shown."""
    keys = [f"message {n}" for n in range(500)]
    lines = table(keys, {"Ann": [key for key in keys if key != "message 250"]}).lines()
    assert len(lines) == 8
    assert lines[1] == "… 248 the same everywhere"
    assert lines[4].split() == ["message", "250", MISSING]
    assert lines[-1] == "… 247 the same everywhere"
    assert table(keys, {"Ann": keys}).lines()[1:] == ["… 500 the same everywhere"]


def test_nothing_is_lost_between_threads():
    """Nothing is lost between threads, and the entries of a history are in order of time."""
    recorder = Recorder()
    recorder.observer(Observer("Ben"))
    started = threading.Barrier(4)

    def send(name):
        started.wait(10)
        for n in range(200):
            recorder.sent(f"{name}-{n}", name)

    threads = [threading.Thread(target=send, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    entries = recorder.history().entries
    assert len({entry.key for entry in entries}) == 800
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)

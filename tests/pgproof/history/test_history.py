"""A good history, and for each verdict one that is known to be bad."""

import pytest

from pgproof.history import Kind, Line, Observer, Recorder, Row, check
from pgproof.history.judgement import DATABASE
from pgproof.moment import Moment

KEYS = ("one", "two", "three")


def at(milliseconds):
    return Moment(milliseconds / 1000, 1_760_000_000 + milliseconds / 1000)


@pytest.fixture
def chat():
    """Three messages sent from Ann's tab and acknowledged; Ben's tab and the listener watch."""
    recorder = Recorder()
    for name in ("Ann", "Ben", "listener"):
        recorder.observer(Observer(name))
    for n, key in enumerate(KEYS):
        recorder.sent(key, "Ann", at(100 * n))
        recorder.acknowledged(key, at(100 * n + 30))
    return recorder


def lines(*keys, **more):
    return [Line(key, **more) for key in keys]


def watch(chat, *names, keys=KEYS, times=(10, 40)):
    """Each key comes to each of these in turn, to Ann 10 ms after it is sent, to the others 40 ms after."""
    for name in names:
        chat.watching(name, at(-1))
        for n, key in enumerate(keys):
            when = at(100 * n + times[name != "Ann"])
            if name == "listener":
                chat.heard(name, "INSERT", Line(key), when)
            else:
                chat.view(name, lines(*keys[: n + 1]), at=when)


def store(chat, *keys, **more):
    chat.stored([Row(key, seq, **more) for seq, key in enumerate(keys or KEYS, 1)])


def found(chat):
    return [(each.kind, each.where, each.key) for each in check(chat.history()).anomalies]


def test_good(chat):
    """Where everybody has everything once and in order, nothing is found."""
    watch(chat, "Ann", "Ben", "listener")
    store(chat)
    judgement = check(chat.history())
    assert judgement.good, judgement.lines()


def test_latency(chat):
    """Latency runs from send to seen, and leaves out what an observer sent itself."""
    watch(chat, "Ann", "Ben", "listener")
    store(chat)
    judgement = check(chat.history())
    assert judgement.latency == pytest.approx((6, 0.04, 0.04, 0.04))
    assert judgement.latencies.keys() == {"Ben", "listener"}


def test_row_lost(chat):
    """What was acknowledged and is not stored is a lost row, and is not held against those who saw it."""
    watch(chat, "Ann", "Ben", "listener")
    store(chat, "one", "three")
    assert found(chat) == [(Kind.ROW_LOST, DATABASE, "two")]


@pytest.mark.parametrize("name", ["Ben", "listener"])
def test_event_lost(chat, name):
    """What is stored and did not come to an observer is an event lost there."""
    watch(chat, *{"Ann", "Ben", "listener"} - {name})
    watch(chat, name, keys=("one", "three"))
    store(chat)
    assert found(chat) == [(Kind.EVENT_LOST, name, "two")]


def test_vanished(chat):
    """What a tab showed once and no longer in the end is lost there, too."""
    watch(chat, "Ann", "Ben", "listener")
    chat.view("Ben", lines("two", "three"), at=at(900))
    store(chat)
    assert found(chat) == [(Kind.EVENT_LOST, "Ben", "one")]
    assert "and no longer in the end" in check(chat.history()).anomalies[0].sentence


def test_duplicated_in_a_view(chat):
    """Twice on a page is a duplicate, even if only for a while."""
    watch(chat, "Ann", "Ben", "listener")
    chat.view("Ben", lines("one", "two", "three", "two"), at=at(900))
    chat.view("Ben", lines(*KEYS), at=at(901))
    store(chat)
    assert found(chat) == [(Kind.DUPLICATED, "Ben", "two")]


def test_duplicated_in_a_feed(chat):
    """An INSERT that comes twice is a duplicate; one that follows a query is not."""
    watch(chat, "Ann", "Ben")
    chat.view("listener", lines("one"), at=at(40))
    for key in KEYS:
        chat.heard("listener", "INSERT", Line(key), at(300))
    store(chat)
    assert found(chat) == []
    chat.heard("listener", "INSERT", Line("one"), at(900))
    assert found(chat) == [(Kind.DUPLICATED, "listener", "one")]


def test_duplicated_in_the_database(chat):
    """Two rows for one send are a duplicate there, and who shows which of them does not matter."""
    watch(chat, "Ann", "Ben", "listener")
    chat.view("Ben", lines("one", "two", "three", "two"), at=at(900))
    chat.view("Ann", lines("one", "three", "two"), at=at(900))
    store(chat, "one", "two", "three", "two")
    assert found(chat) == [(Kind.DUPLICATED, DATABASE, "two")]


@pytest.mark.parametrize("name", ["Ben", "listener"])
def test_reordered(chat, name):
    """Another order than that of seq is found once for an observer, in words that name two messages."""
    watch(chat, *{"Ann", "Ben", "listener"} - {name})
    watch(chat, name, keys=("two", "one", "three"))
    store(chat)
    assert found(chat) == [(Kind.REORDERED, name, None)]
    says = f"{name} had 'two' before 'one' in the end; stored are 'two' seq 2 and 'one' seq 1"
    assert check(chat.history()).anomalies[0].sentence == says


def test_reordered_until_the_reload(chat):
    """An order that was wrong while all was at rest is found, although a reload puts it right."""
    watch(chat, "Ann", "Ben", "listener")
    chat.view("Ben", lines("one", "three", "two"), at_rest=True, at=at(900))
    chat.view("Ben", lines(*KEYS), at_rest=True, at=at(950))
    store(chat)
    assert found(chat) == [(Kind.REORDERED, "Ben", None)]
    assert "when all was at rest" in check(chat.history()).anomalies[0].sentence


def test_order_on_the_way(chat):
    """A bubble that has yet to find its place is in no wrong order."""
    watch(chat, "Ann", "Ben", "listener")
    chat.view("Ann", lines("one", "three", "two"), at=at(280))
    chat.view("Ann", lines(*KEYS), at=at(290))
    store(chat)
    assert found(chat) == []


def test_keeping_quiet(chat):
    """An observer that never watched proves nothing, whatever it must see."""
    watch(chat, "Ann", "Ben")
    store(chat)
    assert found(chat) == [(Kind.NOTHING_SEEN, "listener", None)]


def test_nothing_seen():
    """A history without observers, or without a sight of anything, fails."""
    chat = Recorder()
    store(chat)
    chat.existing(KEYS)
    assert found(chat) == [(Kind.NOTHING_SEEN, DATABASE, None)]
    chat.observer(Observer("Ben", must_see=frozenset()))
    chat.view("Ben", [], at=at(0))
    assert found(chat) == [(Kind.NOTHING_SEEN, DATABASE, None)]
    assert check(chat.history()).latency is None
    chat.observer(Observer("Ann", must_see=frozenset()))
    chat.view("Ann", lines("one", pending=True), at=at(1))
    assert Kind.NOTHING_SEEN in [kind for kind, _, _ in found(chat)]

"""A good history, and for each verdict one that is known to be bad."""

import pytest

from pgproof.history import Kind, Line, Observer, Recorder, Row, check
from pgproof.history.judgement import DATABASE
from pgproof.moment import Moment

KEYS = ("one", "two", "three")


def at(milliseconds):
    return Moment(milliseconds / 1000, 1_760_000_000 + milliseconds / 1000)


@pytest.fixture
def three_sent():
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


def watch(recorder, *names, keys=KEYS, times=(10, 40)):
    """Each key comes to each of these in turn, to Ann 10 ms after it is sent, to the others 40 ms after."""
    for name in names:
        recorder.watching(name, at(-1))
        for n, key in enumerate(keys):
            when = at(100 * n + times[name != "Ann"])
            if name == "listener":
                recorder.heard(name, "INSERT", Line(key), when)
            else:
                recorder.view(name, lines(*keys[: n + 1]), at=when)


def store(recorder, *keys, **more):
    recorder.stored([Row(key, seq, **more) for seq, key in enumerate(keys or KEYS, 1)])


def found(recorder):
    return [(each.kind, each.where, each.key) for each in check(recorder.history()).anomalies]


def test_a_good_history_has_no_anomalies(three_sent):
    """Where everybody has everything once and in order, nothing is found."""
    watch(three_sent, "Ann", "Ben", "listener")
    store(three_sent)
    judgement = check(three_sent.history())
    assert judgement.good, judgement.lines()


def test_latency_runs_from_send_to_seen(three_sent):
    """Latency runs from send to seen, and leaves out what an observer sent itself."""
    watch(three_sent, "Ann", "Ben", "listener")
    store(three_sent)
    judgement = check(three_sent.history())
    assert judgement.latency == pytest.approx((6, 0.04, 0.04, 0.04))
    assert judgement.seconds == pytest.approx([0.04] * 6)
    assert judgement.latencies.keys() == {"Ben", "listener"}


def test_what_was_acknowledged_and_is_not_stored_is_a_lost_row(three_sent):
    """What was acknowledged and is not stored is a lost row, and is not held against those who saw it."""
    watch(three_sent, "Ann", "Ben", "listener")
    store(three_sent, "one", "three")
    assert found(three_sent) == [(Kind.ROW_LOST, DATABASE, "two")]


@pytest.mark.parametrize("name", ["Ben", "listener"])
def test_what_an_observer_never_saw_is_an_event_lost_there(three_sent, name):
    """What is stored and did not come to an observer is an event lost there."""
    watch(three_sent, *{"Ann", "Ben", "listener"} - {name})
    watch(three_sent, name, keys=("one", "three"))
    store(three_sent)
    assert found(three_sent) == [(Kind.EVENT_LOST, name, "two")]


def test_what_a_tab_no_longer_shows_is_lost_there(three_sent):
    """What a tab showed once and no longer in the end is lost there, too."""
    watch(three_sent, "Ann", "Ben", "listener")
    three_sent.view("Ben", lines("two", "three"), at=at(900))
    store(three_sent)
    assert found(three_sent) == [(Kind.EVENT_LOST, "Ben", "one")]
    assert "but no longer shows it" in check(three_sent.history()).anomalies[0].sentence


def test_twice_on_a_page_is_a_duplicate(three_sent):
    """Twice on a page is a duplicate, even if only for a while."""
    watch(three_sent, "Ann", "Ben", "listener")
    three_sent.view("Ben", lines("one", "two", "three", "two"), at=at(900))
    three_sent.view("Ben", lines(*KEYS), at=at(901))
    store(three_sent)
    assert found(three_sent) == [(Kind.DUPLICATED, "Ben", "two")]


def test_an_insert_that_comes_twice_is_a_duplicate(three_sent):
    """An INSERT that comes twice is a duplicate; one that follows a query is not."""
    watch(three_sent, "Ann", "Ben")
    three_sent.view("listener", lines("one"), at=at(40))
    for key in KEYS:
        three_sent.heard("listener", "INSERT", Line(key), at(300))
    store(three_sent)
    assert found(three_sent) == []
    three_sent.heard("listener", "INSERT", Line("one"), at(900))
    assert found(three_sent) == [(Kind.DUPLICATED, "listener", "one")]


def test_two_rows_for_one_send_are_a_duplicate(three_sent):
    """Two rows for one send are a duplicate there, and who shows which of them does not matter."""
    watch(three_sent, "Ann", "Ben", "listener")
    three_sent.view("Ben", lines("one", "two", "three", "two"), at=at(900))
    three_sent.view("Ann", lines("one", "three", "two"), at=at(900))
    store(three_sent, "one", "two", "three", "two")
    assert found(three_sent) == [(Kind.DUPLICATED, DATABASE, "two")]


@pytest.mark.parametrize("name", ["Ben", "listener"])
def test_another_order_than_that_of_seq_is_named_once(three_sent, name):
    """Another order than that of seq is found once for an observer, in words that name two messages."""
    watch(three_sent, *{"Ann", "Ben", "listener"} - {name})
    watch(three_sent, name, keys=("two", "one", "three"))
    store(three_sent)
    assert found(three_sent) == [(Kind.REORDERED, name, None)]
    says = f"{name} had 'two' before 'one' at the end; they are stored as 'two' seq 2 and 'one' seq 1"
    assert check(three_sent.history()).anomalies[0].sentence == says


def test_a_wrong_order_at_rest_is_named_although_a_reload_corrects_it(three_sent):
    """An order that was wrong while all was at rest is found, although a reload puts it right."""
    watch(three_sent, "Ann", "Ben", "listener")
    three_sent.view("Ben", lines("one", "three", "two"), at_rest=True, at=at(900))
    three_sent.view("Ben", lines(*KEYS), at_rest=True, at=at(950))
    store(three_sent)
    assert found(three_sent) == [(Kind.REORDERED, "Ben", None)]
    assert "when nothing was under way" in check(three_sent.history()).anomalies[0].sentence


def test_a_message_on_its_way_is_in_no_wrong_order(three_sent):
    """A bubble that has yet to find its place is in no wrong order."""
    watch(three_sent, "Ann", "Ben", "listener")
    three_sent.view("Ann", lines("one", "three", "two"), at=at(280))
    three_sent.view("Ann", lines(*KEYS), at=at(290))
    store(three_sent)
    assert found(three_sent) == []


def test_an_observer_that_never_watched_proves_nothing(three_sent):
    """An observer that never watched proves nothing, whatever it must see."""
    watch(three_sent, "Ann", "Ben")
    store(three_sent)
    assert found(three_sent) == [(Kind.NOTHING_SEEN, "listener", None)]


def test_a_history_in_which_nothing_was_seen_fails():
    """A history without observers, or without a sight of anything, fails."""
    recorder = Recorder()
    store(recorder)
    recorder.existing(KEYS)
    assert found(recorder) == [(Kind.NOTHING_SEEN, DATABASE, None)]
    recorder.observer(Observer("Ben", must_see=frozenset()))
    recorder.view("Ben", [], at=at(0))
    assert found(recorder) == [(Kind.NOTHING_SEEN, DATABASE, None)]
    assert check(recorder.history()).latency is None
    recorder.observer(Observer("Ann", must_see=frozenset()))
    recorder.view("Ann", lines("one", pending=True), at=at(1))
    assert Kind.NOTHING_SEEN in [kind for kind, _, _ in found(recorder)]

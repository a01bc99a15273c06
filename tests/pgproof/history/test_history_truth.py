"""What the database decides: open outcomes, what is stale, and who may see what."""

import pytest

from pgproof.history import Kind, Line, Observer, Recorder, Row, check
from pgproof.history.judgement import DATABASE
from pgproof.moment import Moment


def at(milliseconds):
    return Moment(milliseconds / 1000, milliseconds / 1000)


@pytest.fixture
def seen_before():
    """Ann's tab sends; Ben's tab and Ann's have seen what was there before."""
    recorder = Recorder()
    recorder.existing(["before"])
    for name in ("Ann", "Ben"):
        recorder.observer(Observer(name))
        recorder.view(name, [Line("before")], at=at(0))
    return recorder


def shows(recorder, name, *lines):
    recorder.view(name, [Line("before"), *lines], at=at(200))


def store(recorder, *rows):
    recorder.stored([Row("before", 1), *rows])


def found(recorder):
    return [(each.kind, each.where, each.key) for each in check(recorder.history()).anomalies]


def test_an_open_send_is_unknown_without_the_database(seen_before):
    """Without an answer and without the database, what became of a send is unknown; of one acknowledged, too."""
    seen_before.sent("x", "Ann", at(1))
    seen_before.sent("y", "Ann", at(1))
    seen_before.acknowledged("y", at(2))
    assert found(seen_before) == [(Kind.UNKNOWN, DATABASE, "x"), (Kind.UNKNOWN, DATABASE, "y")]


def test_nothing_is_good_without_the_database(seen_before):
    """Without the database nothing is good, even if nothing was sent."""
    assert found(seen_before) == [(Kind.UNKNOWN, DATABASE, None)]


def test_a_stored_send_without_an_answer_has_to_be_seen(seen_before):
    """A send without an answer that is stored has to be seen as any other."""
    seen_before.sent("x", "Ann", at(1))
    store(seen_before, Row("x", 2))
    shows(seen_before, "Ann", Line("x"))
    assert found(seen_before) == [(Kind.EVENT_LOST, "Ben", "x")]
    shows(seen_before, "Ben", Line("x"))
    judgement = check(seen_before.history())
    assert judgement.good
    assert judgement.settled == ("'x' got no answer; it was stored",)


@pytest.mark.parametrize("answer", [None, "refused"])
def test_only_its_sender_may_show_what_is_not_stored(seen_before, answer):
    """What is not stored nobody may show but its sender: while it is on its way, or marked as not sent."""
    seen_before.sent("x", "Ann", at(1))
    if answer:
        seen_before.refused("x", answer, at(2))
    seen_before.view("Ann", [Line("before"), Line("x")], at=at(1))
    shows(seen_before, "Ann", Line("x", pending=True))
    store(seen_before)
    judgement = check(seen_before.history())
    assert judgement.good
    assert judgement.settled == (() if answer else ("'x' got no answer; it was not stored",))
    seen_before.view("Ann", [Line("before"), Line("x")], at=at(300))
    shows(seen_before, "Ben", Line("x", pending=True))
    assert found(seen_before) == [(Kind.UNEXPECTED, "Ann", "x"), (Kind.UNEXPECTED, "Ben", "x")]


def test_one_refusal_of_two_attempts_leaves_the_outcome_open(seen_before):
    """Of two attempts, one refused and one without an answer, the outcome is open."""
    seen_before.sent("x", "Ann", at(1))
    seen_before.refused("x", "409", at(2))
    seen_before.sent("x", "Ann", at(3))
    store(seen_before)
    assert check(seen_before.history()).settled == ("'x' got no answer; it was not stored",)


def test_a_refused_repetition_takes_nothing_back(seen_before):
    """A second attempt that is refused, because the first got through, takes nothing back."""
    seen_before.sent("x", "Ann", at(1))
    seen_before.acknowledged("x", at(2))
    seen_before.refused("x", "409", at(3))
    store(seen_before, Row("x", 2))
    for name in ("Ann", "Ben"):
        shows(seen_before, name, Line("x"))
    assert found(seen_before) == []


def test_what_was_refused_and_is_stored_is_unexpected(seen_before):
    """What was refused and is stored is unexpected there."""
    seen_before.sent("x", "Ann", at(1))
    seen_before.refused("x", "403", at(2))
    store(seen_before, Row("x", 2))
    for name in ("Ann", "Ben"):
        shows(seen_before, name, Line("x"))
    assert found(seen_before) == [(Kind.UNEXPECTED, DATABASE, "x")]


def test_what_nobody_sent_is_unexpected(seen_before):
    """What nobody sent is unexpected, stored or shown."""
    store(seen_before, Row("x", 2))
    shows(seen_before, "Ann", Line("x"))
    shows(seen_before, "Ben", Line("x"), Line("y"))
    assert found(seen_before) == [(Kind.UNEXPECTED, DATABASE, "x"), (Kind.UNEXPECTED, "Ben", "y")]


def test_what_was_there_before_and_is_gone_is_a_lost_row(seen_before):
    """What was there before and is gone is a lost row."""
    seen_before.stored([])
    assert found(seen_before) == [(Kind.ROW_LOST, DATABASE, "before")]


def test_a_missing_or_shared_seq_leaves_the_order_unknown(seen_before):
    """No seq, or the same one twice, leaves the order unknown."""
    seen_before.existing(["x", "y", "z"])
    seen_before.observer(Observer("Ben", must_see=frozenset()))
    shows(seen_before, "Ann", Line("x"), Line("y"), Line("z"))
    store(seen_before, Row("x", None), Row("y", 7), Row("z", 7))
    assert found(seen_before) == [(Kind.UNKNOWN, DATABASE, "x"), (Kind.UNKNOWN, DATABASE, None)]


def test_any_sight_is_unexpected_of_one_who_may_see_nothing(seen_before):
    """Who may see nothing has to have watched, and any sight is unexpected."""
    store(seen_before)
    seen_before.observer(Observer("Eve", must_see=frozenset(), may_see=frozenset()))
    assert found(seen_before) == [(Kind.NOTHING_SEEN, "Eve", None)]
    seen_before.watching("Eve", at(0))
    assert found(seen_before) == []
    seen_before.heard("Eve", "UPDATE", Line("before"), at(1))
    assert found(seen_before) == [(Kind.UNEXPECTED, "Eve", "before")]


def test_a_page_of_the_newest_is_held_to_what_it_must_see(seen_before):
    """A page that shows the newest only is held to what it must see."""
    seen_before.existing(["x"])
    store(seen_before, Row("x", 2))
    seen_before.observer(Observer("Ben", must_see=frozenset({"x"})))
    seen_before.view("Ben", [Line("x")], at=at(10))
    shows(seen_before, "Ann", Line("x"))
    assert found(seen_before) == []


def test_nobody_can_be_held_to_see_what_nobody_sent(seen_before):
    """A test that asks for a message that does not exist is told so."""
    seen_before.observer(Observer("Ben", must_see=frozenset({"typo"})))
    with pytest.raises(ValueError, match="Ben must see 'typo', which nobody sent"):
        check(seen_before.history())


def test_an_observer_has_to_be_announced(seen_before):
    """Nothing is taken down of an observer that nobody announced."""
    with pytest.raises(ValueError, match="'Eve' was not announced"):
        seen_before.watching("Eve")

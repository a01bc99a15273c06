"""What the database decides: open outcomes, what is stale, and who may see what."""

import pytest

from pgproof.history import Kind, Line, Observer, Recorder, Row, check
from pgproof.history.judgement import DATABASE
from pgproof.moment import Moment


def at(milliseconds):
    return Moment(milliseconds / 1000, milliseconds / 1000)


@pytest.fixture
def chat():
    """Ann's tab sends; Ben's tab and Ann's have seen what was there before."""
    recorder = Recorder()
    recorder.existing(["before"])
    for name in ("Ann", "Ben"):
        recorder.observer(Observer(name))
        recorder.view(name, [Line("before")], at=at(0))
    return recorder


def shows(chat, name, *lines):
    chat.view(name, [Line("before"), *lines], at=at(200))


def store(chat, *rows):
    chat.stored([Row("before", 1), *rows])


def found(chat):
    return [(each.kind, each.where, each.key) for each in check(chat.history()).anomalies]


def test_open_and_not_read(chat):
    """Without an answer and without the database, what became of a send is unknown; of one acknowledged, too."""
    chat.sent("x", "Ann", at(1))
    chat.sent("y", "Ann", at(1))
    chat.acknowledged("y", at(2))
    assert found(chat) == [(Kind.UNKNOWN, DATABASE, "x"), (Kind.UNKNOWN, DATABASE, "y")]


def test_not_read(chat):
    """Without the database nothing is good, even if nothing was sent."""
    assert found(chat) == [(Kind.UNKNOWN, DATABASE, None)]


def test_open_and_stored(chat):
    """A send without an answer that is stored has to be seen as any other."""
    chat.sent("x", "Ann", at(1))
    store(chat, Row("x", 2))
    shows(chat, "Ann", Line("x"))
    assert found(chat) == [(Kind.EVENT_LOST, "Ben", "x")]
    shows(chat, "Ben", Line("x"))
    judgement = check(chat.history())
    assert judgement.good
    assert judgement.settled == ("'x' got no answer; it was stored",)


@pytest.mark.parametrize("answer", [None, "refused"])
def test_not_stored(chat, answer):
    """What is not stored nobody may show but its sender: while it is on its way, or marked as not sent."""
    chat.sent("x", "Ann", at(1))
    if answer:
        chat.refused("x", answer, at(2))
    chat.view("Ann", [Line("before"), Line("x")], at=at(1))
    shows(chat, "Ann", Line("x", pending=True))
    store(chat)
    judgement = check(chat.history())
    assert judgement.good
    assert judgement.settled == (() if answer else ("'x' got no answer; it was not stored",))
    chat.view("Ann", [Line("before"), Line("x")], at=at(300))
    shows(chat, "Ben", Line("x", pending=True))
    assert found(chat) == [(Kind.UNEXPECTED, "Ann", "x"), (Kind.UNEXPECTED, "Ben", "x")]


def test_refused_once_of_twice(chat):
    """Of two attempts, one refused and one without an answer, the outcome is open."""
    chat.sent("x", "Ann", at(1))
    chat.refused("x", "409", at(2))
    chat.sent("x", "Ann", at(3))
    store(chat)
    assert check(chat.history()).settled == ("'x' got no answer; it was not stored",)


def test_refused_as_a_repetition(chat):
    """A second attempt that is refused, because the first got through, takes nothing back."""
    chat.sent("x", "Ann", at(1))
    chat.acknowledged("x", at(2))
    chat.refused("x", "409", at(3))
    store(chat, Row("x", 2))
    for name in ("Ann", "Ben"):
        shows(chat, name, Line("x"))
    assert found(chat) == []


def test_refused_and_stored(chat):
    """What was refused and is stored is unexpected there."""
    chat.sent("x", "Ann", at(1))
    chat.refused("x", "403", at(2))
    store(chat, Row("x", 2))
    for name in ("Ann", "Ben"):
        shows(chat, name, Line("x"))
    assert found(chat) == [(Kind.UNEXPECTED, DATABASE, "x")]


def test_sent_by_nobody(chat):
    """What nobody sent is unexpected, stored or shown."""
    store(chat, Row("x", 2))
    shows(chat, "Ann", Line("x"))
    shows(chat, "Ben", Line("x"), Line("y"))
    assert found(chat) == [(Kind.UNEXPECTED, DATABASE, "x"), (Kind.UNEXPECTED, "Ben", "y")]


def test_existing_lost(chat):
    """What was there before and is gone is a lost row."""
    chat.stored([])
    assert found(chat) == [(Kind.ROW_LOST, DATABASE, "before")]


def test_without_a_place(chat):
    """No seq, or the same one twice, leaves the order unknown."""
    chat.existing(["x", "y", "z"])
    chat.observer(Observer("Ben", must_see=frozenset()))
    shows(chat, "Ann", Line("x"), Line("y"), Line("z"))
    store(chat, Row("x", None), Row("y", 7), Row("z", 7))
    assert found(chat) == [(Kind.UNKNOWN, DATABASE, "x"), (Kind.UNKNOWN, DATABASE, None)]


def test_not_a_member(chat):
    """Who may see nothing has to have watched, and any sight is unexpected."""
    store(chat)
    chat.observer(Observer("Eve", must_see=frozenset(), may_see=frozenset()))
    assert found(chat) == [(Kind.NOTHING_SEEN, "Eve", None)]
    chat.watching("Eve", at(0))
    assert found(chat) == []
    chat.heard("Eve", "UPDATE", Line("before"), at(1))
    assert found(chat) == [(Kind.UNEXPECTED, "Eve", "before")]


def test_a_window(chat):
    """A page that shows the newest only is held to what it must see."""
    chat.existing(["x"])
    store(chat, Row("x", 2))
    chat.observer(Observer("Ben", must_see=frozenset({"x"})))
    chat.view("Ben", [Line("x")], at=at(10))
    shows(chat, "Ann", Line("x"))
    assert found(chat) == []


def test_must_see_what_nobody_sent(chat):
    """A test that asks for a message that does not exist is told so."""
    chat.observer(Observer("Ben", must_see=frozenset({"typo"})))
    with pytest.raises(ValueError, match="Ben must see 'typo', which nobody sent"):
        check(chat.history())


def test_unannounced(chat):
    """Nothing is taken down of an observer that nobody announced."""
    with pytest.raises(ValueError, match="'Eve' was not announced"):
        chat.watching("Eve")

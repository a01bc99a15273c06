"""Stale: what is no longer so, or comes after something newer."""

import pytest

from pgproof.history import Kind, Line, Observer, Recorder, Row, check
from pgproof.moment import Moment

NAME = "Ann"
STORED = Row("x", 1, text="hello", status="delivered")


@pytest.fixture
def judged():
    """The anomalies after Ann saw these, in turn: a tuple is a view, a Line with a kind an event."""

    def judge(*seen, stored=STORED, follows_changes=True):
        chat = Recorder()
        chat.observer(Observer(NAME, follows_changes=follows_changes))
        chat.existing(["x"])
        chat.stored([stored])
        for n, each in enumerate(seen):
            when = Moment(n, n)
            if isinstance(each, Line):
                chat.view(NAME, [each], at=when)
            else:
                chat.heard(NAME, *each, when)
        return [(anomaly.kind, anomaly.where) for anomaly in check(chat.history()).anomalies]

    return judge


def status(name):
    return Line("x", status=name)


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        (status("delivered"), None),
        (status("sent"), Kind.STALE),
        (status("read"), Kind.UNEXPECTED),
        (Line("x", text="hallo"), Kind.STALE),
        (Line("x", text="hello"), None),
        (Line("x", pending=True), Kind.STALE),
        (Line("x"), None),
    ],
    ids=["same", "older", "newer", "other text", "same text", "pending", "not shown"],
)
def test_in_the_end(judged, shown, kind):
    """What an observer shows in the end is what is stored, as far as it shows it."""
    seen = (Line("x"), shown)
    assert judged(*seen) == ([(kind, NAME)] if kind else [])


def test_goes_back(judged):
    """A status that goes back is stale, although it comes right in the end."""
    assert judged(*map(status, ("sent", "delivered", "sent", "delivered"))) == [(Kind.STALE, NAME)]
    events = [(kind, status(name)) for kind, name in (("INSERT", "delivered"), ("UPDATE", "sent"))]
    assert judged(*events, stored=Row("x", 1, status="sent")) == [(Kind.STALE, NAME)]


def test_late_event(judged):
    """An event that was on its way while a query was answered makes nothing stale."""
    assert judged(status("delivered"), ("UPDATE", status("sent"))) == []


def test_without_changes(judged):
    """Who hears of new messages only is not held to what became of them."""
    assert judged(("INSERT", status("sent"))) == [(Kind.STALE, NAME)]
    assert judged(("INSERT", status("sent")), follows_changes=False) == []


def test_deleted(judged):
    """A deleted message that is still shown is stale; one that is said to be deleted is not."""
    deleted = Row("x", 1, deleted=True)
    assert judged(Line("x"), stored=deleted) == [(Kind.STALE, NAME)]
    assert judged(Line("x"), Line("x", deleted=True), stored=deleted) == []
    assert judged(("INSERT", Line("x")), ("UPDATE", Line("x", deleted=True)), stored=deleted) == []
    assert judged(("INSERT", Line("x")), ("DELETE", Line("x")), stored=deleted) == []


def test_deleted_too_soon(judged):
    """A message that is said to be deleted and is not is lost."""
    assert judged(Line("x"), Line("x", deleted=True)) == [(Kind.EVENT_LOST, NAME)]

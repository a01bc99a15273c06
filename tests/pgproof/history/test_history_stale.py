"""Stale: what is no longer so, or comes after something newer."""

import pytest

from pgproof.history import Kind, Line, Observer, Recorder, Row, check
from pgproof.moment import Moment

NAME = "Ann"
STORED = Row("x", 1, text="hello", status="delivered")


@pytest.fixture
def anomalies_after():
    """The anomalies after Ann saw these, in turn: a Line is a view, a Line with its kind an event."""

    def judge(*seen, stored=STORED, follows_changes=True):
        recorder = Recorder()
        recorder.observer(Observer(NAME, follows_changes=follows_changes))
        recorder.existing(["x"])
        recorder.stored([stored])
        for n, each in enumerate(seen):
            when = Moment(n, n)
            if isinstance(each, Line):
                recorder.view(NAME, [each], at=when)
            else:
                recorder.heard(NAME, *each, when)
        return [(anomaly.kind, anomaly.where) for anomaly in check(recorder.history()).anomalies]

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
def test_what_is_shown_in_the_end_has_to_be_what_is_stored(anomalies_after, shown, kind):
    """What an observer shows in the end is what is stored, as far as it shows it."""
    seen = (Line("x"), shown)
    assert anomalies_after(*seen) == ([(kind, NAME)] if kind else [])


def test_a_status_that_goes_back_is_stale(anomalies_after):
    """A status that goes back is stale, although it comes right in the end."""
    assert anomalies_after(*map(status, ("sent", "delivered", "sent", "delivered"))) == [(Kind.STALE, NAME)]
    events = [(kind, status(name)) for kind, name in (("INSERT", "delivered"), ("UPDATE", "sent"))]
    assert anomalies_after(*events, stored=Row("x", 1, status="sent")) == [(Kind.STALE, NAME)]


def test_an_event_that_a_query_overtook_makes_nothing_stale(anomalies_after):
    """An event that was on its way while a query was answered makes nothing stale."""
    assert anomalies_after(status("delivered"), ("UPDATE", status("sent"))) == []


def test_who_hears_of_new_messages_only_is_not_held_to_changes(anomalies_after):
    """Who hears of new messages only is not held to what became of them."""
    assert anomalies_after(("INSERT", status("sent"))) == [(Kind.STALE, NAME)]
    assert anomalies_after(("INSERT", status("sent")), follows_changes=False) == []


def test_a_deleted_message_that_is_still_shown_is_stale(anomalies_after):
    """A deleted message that is still shown is stale; one that is said to be deleted is not."""
    deleted = Row("x", 1, deleted=True)
    assert anomalies_after(Line("x"), stored=deleted) == [(Kind.STALE, NAME)]
    assert anomalies_after(Line("x"), Line("x", deleted=True), stored=deleted) == []
    assert anomalies_after(("INSERT", Line("x")), ("UPDATE", Line("x", deleted=True)), stored=deleted) == []
    assert anomalies_after(("INSERT", Line("x")), ("DELETE", Line("x")), stored=deleted) == []


def test_a_message_said_to_be_deleted_that_is_not_is_lost(anomalies_after):
    """A message that is said to be deleted and is not is lost."""
    assert anomalies_after(Line("x"), Line("x", deleted=True)) == [(Kind.EVENT_LOST, NAME)]

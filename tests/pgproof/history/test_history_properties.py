"""Whatever the conversation, a fault put into a right history is named, and nothing else is."""

from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pgproof.history import Kind, Line, Observer, Recorder, Row, check
from pgproof.history.judgement import DATABASE, Latency
from pgproof.moment import Moment
from tests.leisure import at_leisure

TABS, LISTENER = ("Ann", "Ben"), "listener"
STATUSES = ("sent", "delivered", "read")


@dataclass
class Course:
    """A right course of events; a fault changes it. Each observer has its own list of what comes to it."""

    senders: list
    statuses: list
    answered: list
    stored: list = field(init=False)
    comes: dict = field(init=False)
    went_back: set = field(default_factory=set)

    def __post_init__(self):
        self.stored = list(range(len(self.senders)))
        self.comes = {name: list(self.stored) for name in (*TABS, LISTENER)}

    def judgement(self):
        recorder = Recorder()
        for n, sender in enumerate(self.senders):
            recorder.sent(str(n), sender, Moment(n, n))
            if self.answered[n]:
                recorder.acknowledged(str(n), Moment(n + 0.1, n))
        for name in TABS:
            recorder.observer(Observer(name))
            for end in range(len(self.comes[name]) + 1):
                recorder.view(name, [Line(str(n), status="sent") for n in self.comes[name][:end]], at=Moment(end, end))
            for k in range(1, 3):
                lines = [Line(str(n), status=STATUSES[min(k, self.statuses[n])]) for n in self.comes[name]]
                recorder.view(name, lines, at=Moment(100 + k, 0))
            if name in self.went_back:
                recorder.view(name, [Line(str(n), status="sent") for n in self.comes[name]], at=Moment(101.5, 0))
        recorder.observer(Observer(LISTENER, follows_changes=False))
        recorder.watching(LISTENER, Moment(-1, 0))
        for k, n in enumerate(self.comes[LISTENER]):
            recorder.heard(LISTENER, "INSERT", Line(str(n)), Moment(50 + k, 0))
        recorder.stored(Row(str(n), n + 1, status=STATUSES[self.statuses[n]]) for n in self.stored)
        return check(recorder.history())

    def found(self):
        return {(each.kind, each.where, each.key) for each in self.judgement().anomalies}


@st.composite
def courses(draw):
    count = draw(st.integers(2, 7))
    each = {"min_size": count, "max_size": count}
    statuses = draw(st.lists(st.integers(0, 2), **each))
    return Course(draw(st.lists(st.sampled_from(TABS), **each)), statuses, draw(st.lists(st.booleans(), **each)))


def lose(course, name, data):
    course.comes[name].remove(n := data.draw(st.sampled_from(course.comes[name])))
    return {(Kind.EVENT_LOST, name, str(n))}


def duplicate(course, name, data):
    n = data.draw(st.sampled_from(course.comes[name]))
    course.comes[name].insert(data.draw(st.integers(0, len(course.comes[name]))), n)
    return {(Kind.DUPLICATED, name, str(n))}


def reorder(course, name, data):
    shuffled = data.draw(st.permutations(course.comes[name]))
    assume(shuffled != course.comes[name])
    course.comes[name] = shuffled
    return {(Kind.REORDERED, name, None)}


def invent(course, name, data):
    course.comes[name].insert(data.draw(st.integers(0, len(course.comes[name]))), extra := len(course.senders))
    course.statuses.append(0)
    return {(Kind.UNEXPECTED, name, str(extra))}


def go_back(course, name, data):
    course.went_back.add(name)
    risen = {n for n in course.comes[name] if course.statuses[n] > 0}
    assume(risen and name != LISTENER)
    return {(Kind.STALE, name, str(n)) for n in risen}


FAULTS = [lose, duplicate, reorder, invent, go_back]


@at_leisure
@given(courses())
def test_a_right_course_has_no_anomalies(course):
    """A right course has no anomalies, and those who saw a message of somebody else were timed."""
    judgement = course.judgement()
    assert judgement.good
    assert judgement.latencies[LISTENER].seen == len(course.senders)


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
@at_leisure
@given(course=courses(), name=st.sampled_from([*TABS, LISTENER]), data=st.data())
def test_one_fault_is_named_and_nothing_else(spoil, course, name, data):
    """One fault at one observer is named there, and nothing else is found."""
    expected = spoil(course, name, data)
    assert course.found() == expected


@at_leisure
@given(course=courses(), faults=st.tuples(*[st.sampled_from(FAULTS)] * 2), data=st.data())
def test_two_faults_are_named_as_each_would_be_alone(course, faults, data):
    """Faults at two observers are named as they would be alone."""
    first, second = (fault(course, name, data) for fault, name in zip(faults, TABS, strict=True))
    assert course.found() == first | second


@at_leisure
@given(course=courses(), data=st.data())
def test_a_row_that_goes_is_lost_if_it_was_acknowledged(course, data):
    """A row that goes is a lost row if it was acknowledged; if not, it was seen although it was never stored."""
    course.stored.remove(n := data.draw(st.sampled_from(course.stored)))
    others = {*TABS, LISTENER}
    unexpected = {(Kind.UNEXPECTED, name, str(n)) for name in others}
    assert course.found() == ({(Kind.ROW_LOST, DATABASE, str(n))} if course.answered[n] else unexpected)


@at_leisure
@given(st.lists(st.integers(0, 1000), min_size=1))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values):
    """A percentile is one of the values, and that share of them is not above it."""
    latency = Latency.of(values)
    assert latency.seen == len(values)
    for value, share in zip(latency[1:], (0.5, 0.95, 0.99), strict=True):
        assert value in values
        assert sum(each <= value for each in values) >= share * len(values)
        assert sum(each < value for each in values) < share * len(values)

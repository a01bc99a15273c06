"""The pictures: well-formed, within their frame, with words for who cannot see them."""

import re
from xml.etree import ElementTree

import pytest

from pgproof.reporting import pictures
from pgproof.reporting.debts import Debt
from pgproof.reporting.pictures import svg

LONG = "public.a_table_with_a_very_long_name_of_its_own"
LOCKS = [
    {"table": "public.chat_messages", "mode": "ShareLock", "begun": 0.5, "ended": 43.6},
    {"table": LONG, "mode": "AccessExclusiveLock", "begun": 40, "ended": 43.6},
]
SENDS = [[-12.5, 1.0], [0.4, 43.3], [45.0, 0.5]]


def parsed(picture):
    """A picture as its root element."""
    return ElementTree.fromstring(picture)  # noqa: S314 - our own text


def stall(sends=SENDS, locks=LOCKS, ended=43.6):
    return {"timeline": {"ended": ended, "sends": sends, "left_out": 0, "locks": locks}}


def latency(where="a burst", seen=(1, 12.5, 13, 40, 900.0)):
    return {"where": where, "p50_ms": seen[len(seen) // 2], "p95_ms": seen[-1], "seen_ms": list(seen)}


TREND = [Debt(f"2026-01-{day:02}T00:00:00+00:00", {"a": (day % 4, 2)}) for day in range(1, 28)]
DRAWN = {
    "a script": lambda: pictures.script("001.sql", stall()),
    "a script without locks": lambda: pictures.script("001.sql", stall(locks=[])),
    "a script that nobody sent during": lambda: pictures.script("001.sql", stall(sends=[])),
    "a script that takes no time": lambda: pictures.script("001.sql", stall(sends=[[0.0, 0.0]], locks=[], ended=0.0)),
    "a script of an hour": lambda: pictures.script("001.sql", stall(sends=[[-9.0, 3_600_100.0]], ended=3_600_000.0)),
    "times to seen": lambda: pictures.distribution("From send to seen", [latency(), latency("another & <one>")]),
    "times that are all the same": lambda: pictures.distribution("From send to seen", [latency(seen=(100, 100))]),
    "times of nothing at all": lambda: pictures.distribution("From send to seen", [latency(seen=(0.0,))]),
    "a trend": lambda: pictures.trend("Debt", TREND),
    "a trend of two": lambda: pictures.trend("Debt", TREND[:2]),
    "a trend of nothing": lambda: pictures.trend("Debt", [Debt("2026-01-01", {}), Debt("2026-01-02", {})]),
}


@pytest.fixture(params=DRAWN)
def drawn(request):
    """A picture as its root element."""
    return parsed(DRAWN[request.param]())


def test_everything_is_within_the_frame(drawn):
    """No bar, line or beginning of a text lies outside, whatever was measured."""
    _, _, width, height = map(float, drawn.get("viewBox").split())
    for rect in drawn.iter("rect"):
        x, y, wide, high = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        # A thing of no length is drawn one unit wide.
        assert -1 <= x <= x + wide <= width + 1, ElementTree.tostring(rect)
        assert 0 <= y <= y + high <= height + 0.2, ElementTree.tostring(rect)
    for text in drawn.iter("text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height


def test_no_text_sticks_out(drawn):
    """A text ends within the frame, by the width of its letters."""
    width = float(drawn.get("viewBox").split()[2])
    for text in drawn.iter("text"):
        x, wide = float(text.get("x")), len(text.text) * svg.LETTER * 0.9
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor")]
        assert left >= -8, text.text
        assert left + wide <= width + 8, text.text


def test_it_says_what_it_shows(drawn):
    """Each has a title and a description, and counts as one picture."""
    assert drawn.get("role") == "img"
    assert drawn.find("title").text
    assert drawn.find("desc").text


def test_it_has_no_colour_of_its_own(drawn):
    """Colours come from the page, which has others in the dark and on paper."""
    text = ElementTree.tostring(drawn, encoding="unicode")
    assert not re.search(r"\b(fill|stroke|style)=|#[0-9a-f]{3}", text)


def test_a_send_is_as_wide_as_it_is_long():
    """The send that waited is the widest and highest block, and is under way while the script runs."""
    sends = [each for each in parsed(pictures.script("x", stall())).iter("rect") if "send" in each.get("class")]
    longest = max(sends, key=lambda each: float(each.get("width")))
    assert float(longest.get("height")) == max(float(each.get("height")) for each in sends)
    assert [each.get("class") for each in sends] == ["send quiet", "send", "send quiet"]


def test_a_lock_that_stops_readers_stands_out():
    """The two kinds of lock differ, and both are named in the words."""
    text = pictures.script("x", stall())
    bars = [each.get("class") for each in parsed(text).iter("rect") if "lock" in each.get("class")]
    assert bars == ["lock", "lock all"]
    assert "ShareLock on public.chat_messages is held from 0.5 ms to 43.6 ms" in text


def test_the_trend_says_how_it_began_and_ended():
    """In words: what was open at first, and what is open now."""
    (said,) = re.findall("<desc>(.*)</desc>", pictures.trend("Debt", TREND))
    assert said == (
        "In 27 runs from 2026-01-01 to 2026-01-27: 1 open and 2 accepted at first, 3 open and 2 accepted in the last."
    )


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0, 10, [0, 5, 10]), (-3, 97, [0, 50]), (0, 1, [0, 0.5, 1]), (0, 3_600_000, [0, 1_000_000, 2_000_000, 3_000_000])],
)
def test_axes_have_round_numbers(low, high, found):
    """A few multiples of 1, 2 or 5, none outside the range."""
    assert svg.ticks(low, high) == found


@pytest.mark.parametrize(("time", "said"), [(0.4, "0.4 ms"), (43.27, "43.3 ms"), (1234, "1.23 s"), (-20, "-20 ms")])
def test_times_are_short(time, said):
    """A time has two or three digits and its unit."""
    assert svg.duration(time) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short", "short"),
        ("exactly as wide", "exactly as wide"),
        ("from a burst of messages", "from a burst…"),
        (LONG, f"{LONG[:14]}…"),
    ],
)
def test_a_text_that_is_too_wide_ends_with_a_word(text, shown):
    """It is cut after a whole word that fits; only a word that is too wide by itself is cut within."""
    assert svg.fitted(text, 15 * svg.LETTER) == shown

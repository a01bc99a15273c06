"""The report in a real browser: whole on a phone and at a desk, in light and in dark, asking nobody for anything."""

import re

import pytest

from connect.project import PROJECT
from pgproof.reporting import page
from pgproof.reporting.debts import Debt
from pgproof.reporting.results import Judged, Result, Run

WHY = "AssertionError: expected\n" + "a_very_long_name_without_any_place_to_break_it_" * 6
STALL = {"file": "sql/001_schema_alignment.sql", "messages": 1_000_000, "script_ms": 12345.6} | {
    f"{what}_ms": 98765.4 for what in ("longest_send", "usual")
}
LOCK = {"table": "public.chat_participants", "mode": "AccessExclusiveLock", "begun": 0.5, "ended": 12345.6}
STALL["timeline"] = {"ended": 12345.6, "sends": [[-900.5, 2.5], [1.0, 98765.4]], "left_out": 3, "locks": [LOCK]}
LATENCY = {"where": "a burst from both sides", "messages": 27, "p50_ms": 1234, "p95_ms": 2345, "p99_ms": 3456}
LATENCY["seen_ms"] = [12.5, 1234, 2345, 3456]
DEBT = {"rule": "anon_security_definer_function_executable", "level": "WARN", "count": 123, "accepted": 100}
SEEN = {"live": False, "live, compared": True, "004": False}
VERDICT = {"mutant": "a-defect", "environment": "prod", "caught_by": ["tests/a.py::t"], "seconds": 1, "survived": False}
VERDICT |= {"seen": SEEN, "unseen": "what a function does, only running it shows"}


@pytest.fixture(scope="module")
def report_address(tmp_path_factory):
    """A report with a failure, a script's cost, a latency, debt and a mutant, each as wide as it gets."""
    facts = [("stall", STALL), ("latency", LATENCY), ("mutant", VERDICT), ("debt", DEBT)]
    found = [
        Result(
            "tests/migration/test_locks.py::t[prod]", "migration", "prod", "passed", 1.0, "It is so.", "", facts, "live"
        ),
        Result("tests/schema/test_a.py::t[prod]", "schema", "prod", "failed", 1.0, "It should be so.", WHY, [], "live"),
        Result(
            "tests/schema/test_b.py::t[prod]", "schema", "prod", "inconclusive", 1.0, "It may be so.", WHY, [], "live"
        ),
    ]
    judged = [Judged("prod", "live", "prod: live, PostgreSQL 17.6, baseline")]
    file = tmp_path_factory.mktemp("report") / "index.html"
    run = Run("pytest", "2026-01-01T00:00:00+00:00", 1.0, 1, judged, found)
    history = {"prod, live": [Debt(f"2025-12-{day:02}", {"a": (day, 200)}) for day in range(1, 29)]}
    file.write_text(page.render([run], PROJECT, history=history), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_report_fits_and_asks_nobody(browser, report_address, width, scheme):
    """Nothing sticks out at the side, also with all lists open; the console is empty, and nothing else is loaded."""
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        opened = context.new_page()
        told, asked = [], []
        opened.on("console", lambda message: told.append(message.text))
        opened.on("request", lambda request: asked.append(re.sub("^data:.*", "", request.url)))
        opened.goto(report_address)
        opened.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert opened.evaluate("document.documentElement.scrollWidth") == width
        assert told == []
        assert [url for url in asked if url] == [report_address]


def test_paper_shows_what_is_folded_away(browser, report_address):
    """What a reader would have to open is there in print."""
    with browser.new_context() as context:
        opened = context.new_page()
        opened.goto(report_address)
        folded = opened.locator(".chapter li").first
        is_visible = "(element) => element.checkVisibility()"
        assert not folded.evaluate(is_visible), "nothing is folded away, so that print shows nothing more"
        opened.emulate_media(media="print")
        assert folded.evaluate(is_visible)


# In CSS pixels; what is smaller cannot be read on a phone.
_LEGIBLE = 11
# The words of each picture: how high their letters are, whether they stick out, and their colour.
_WORDS = """() => [...document.querySelectorAll('svg.drawn')].flatMap((picture) => {
  const frame = picture.getBoundingClientRect();
  return [...picture.querySelectorAll('text')].map((each) => {
    const box = each.getBoundingClientRect();
    const scale = picture.getScreenCTM().a;
    return {
      said: each.textContent,
      size: parseFloat(getComputedStyle(each).fontSize) * scale,
      out: box.left < frame.left - 1 || box.right > frame.right + 1,
      colour: getComputedStyle(each).fill,
    };
  });
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 1280])
def test_the_words_of_the_pictures_are_legible(browser, report_address, width, scheme):
    """On the smallest phone and at a desk: large enough, within the picture, and not of the colour of the ground."""
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        opened = context.new_page()
        opened.goto(report_address)
        words = opened.evaluate(_WORDS)
        assert {each["said"] for each in words} >= {"the script, 12.3 s", "longest 98.8 s", "95 % 2.35 s", "open"}
        assert [each for each in words if each["size"] < _LEGIBLE] == []
        assert [each["said"] for each in words if each["out"]] == []
        ground = opened.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
        assert ground not in {each["colour"] for each in words}


def test_pictures_on_paper_are_dark_on_white(browser, report_address):
    """Whoever reads in the dark prints on white paper all the same, pictures included; their figures stay folded."""
    with browser.new_context(color_scheme="dark") as context:
        opened = context.new_page()
        opened.goto(report_address)
        opened.emulate_media(media="print", color_scheme="dark")
        assert {each["colour"] for each in opened.evaluate(_WORDS)} <= {"rgb(0, 0, 0)", "rgb(68, 68, 68)"}
        assert opened.locator("svg.drawn").count() == 3
        assert opened.locator("details.figures").first.is_hidden()


def test_what_is_inconclusive_has_a_colour_of_its_own(browser, report_address):
    """It looks neither like a failure nor like a success."""
    with browser.new_context() as context:
        opened = context.new_page()
        opened.goto(report_address)
        colour = "(element) => getComputedStyle(element).color"
        colours = [opened.locator(f".mark.{kind}").first.evaluate(colour) for kind in ("good", "bad", "unsure", "mute")]
        assert len(set(colours)) == 4

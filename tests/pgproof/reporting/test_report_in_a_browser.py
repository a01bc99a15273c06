"""The report in a real browser: whole on a phone and at a desk, in light and in dark, asking nobody for anything."""

import re

import pytest

from connect.project import PROJECT
from pgproof.reporting import page
from pgproof.reporting.results import Judged, Result, Run

WHY = "AssertionError: expected\n" + "a_very_long_name_without_any_place_to_break_it_" * 6
STALL = {"file": "sql/001_schema_alignment.sql", "messages": 1_000_000, "script_ms": 12345.6} | {
    f"{what}_ms": 98765.4 for what in ("longest_send", "usual")
}
LATENCY = {"where": "a burst from both sides", "messages": 27, "p50_ms": 1234, "p95_ms": 2345, "p99_ms": 3456}
VERDICT = {"mutant": "a-defect", "environment": "prod", "caught_by": ["tests/a.py::t"], "seconds": 1, "survived": False}


@pytest.fixture(scope="module")
def report_address(tmp_path_factory):
    """A report with a failure, a script's cost, a latency and a mutant, each as wide as it gets."""
    facts = [("stall", STALL), ("latency", LATENCY), ("mutant", VERDICT)]
    found = [
        Result("tests/migration/test_locks.py::t[prod]", "migration", "prod", "passed", 1.0, "It is so.", "", facts),
        Result("tests/schema/test_a.py::t[prod]", "schema", "prod", "failed", 1.0, "It should be so.", WHY, []),
    ]
    judged = [Judged("prod", "live", "prod: live, PostgreSQL 17.6, baseline")]
    file = tmp_path_factory.mktemp("report") / "index.html"
    run = Run("pytest", "2026-01-01T00:00:00+00:00", 1.0, 1, judged, found)
    file.write_text(page.render([run], PROJECT), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
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

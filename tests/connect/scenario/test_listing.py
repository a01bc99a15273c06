"""A page's list is compared with the database as a person would: another way is right, what is missing is named."""

import pytest

from connect import paths
from connect.scenario.listing import compare
from connect.scenario.stored import StoredConversation
from pgproof.browser import frontend
from pgproof.browser.page_state import Conversation

FRONTEND = frontend.read(paths.ROOT / "frontend.toml")


def chat(name, last="hello", unread=0, **more):
    given = {"id": f"{name}", "last_type": "text" if last else None, "dated": bool(last)}
    return StoredConversation(**{**given, "name": name, "last": last or "", "unread": unread, **more})


def row(name, last="hello", badge=""):
    return Conversation(name, last, badge)


LONG = "Hi all, the meeting is on Tuesday, and there will be cake"
THREE = [chat("Plans"), chat("Trips"), chat("Quiet", None)]
ROWS = [row("Plans"), row("Trips"), row("Quiet", "nothing yet")]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (THREE, ROWS),
        ([chat("Plans", LONG)], [row("Plans", "Hi all, the mee…")]),
        ([chat("Plans", LONG)], [row("Plans", "You: Hi all, the ...")]),
        ([chat("Plans", unread=12)], [row("Plans", badge="9+")]),
        ([chat("Plans", unread=100)], [row("Plans", badge="99+")]),
        ([chat(None)], [row("Bo")]),
        ([THREE[0], chat("Old", put_away=True), *THREE[1:]], ROWS),
        (
            [chat("Plans"), chat(None, "", last_type="image", dated=True), chat("Trips")],
            [ROWS[0], row("Bo", "Photo"), ROWS[1]],
        ),
    ],
    ids=["same", "cut-off", "cut-off-prefix", "9+", "99+", "direct", "archived", "image"],
)
def test_a_right_list_agrees(stored, shown):
    """It is in the page's own words, or leaves out what is put away."""
    assert compare(stored, shown, FRONTEND).agrees


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ([chat("Plans", LONG)], [row("Plans", "hello everybody…")]),
        ([chat("Plans", LONG)], [row("Plans", "Hi all, the mee")]),
        ([chat("Plans", LONG)], [row("Plans", "Hi all…")]),
        ([chat("Plans", unread=9)], [row("Plans", badge="9+")]),
        ([chat("Plans", unread=12)], [row("Plans", badge="")]),
        ([chat("Plans")], [row("Trips")]),
        (THREE, [ROWS[1], ROWS[0], ROWS[2]]),
        (THREE, [ROWS[2], ROWS[0], ROWS[1]]),
        (THREE, [*ROWS, row("Plans")]),
    ],
    ids=["stale", "not-marked-as-cut", "too-short", "not-more", "no-badge", "name", "order", "quiet-first", "twice"],
)
def test_a_wrong_row_is_found(stored, shown):
    """A list with another text, count, name or order is not what the database holds."""
    assert compare(stored, shown, FRONTEND).wrong is not None


def test_what_a_list_lacks_is_named():
    """Its rows are right, and there are too few of them."""
    found = compare([*THREE, chat(None, None)], ROWS[1:2], FRONTEND)
    assert found.wrong is None
    assert found.lacking == "'Plans', 'Quiet', a direct chat"
    assert not found.agrees

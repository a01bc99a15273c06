"""A message is text, whatever it says: it is shown as it was written, runs nothing and breaks nothing."""

import pytest

from pgproof.quoting import short
from tests.e2e.reaching import reach

LONGEST = 100_000
TEXTS = {
    "markup": "<b>5 < 6 & 7</b> &amp; &lt;i&gt; </span></li>",
    "script": "<script>window.textsRan = true</script>",
    "image": "<img src=nothing-of-the-kind onerror=\"window.textsRan = true\"> <svg onload='window.textsRan = true'>",
    "template": "{{7*7}} ${7*7} <%= 7*7 %> [x](javascript:void) **not bold**",
    "long-word": "W" * 400,
    "right-to-left": "مرحبا שלום \u202ereversed\u202c (x) 123",
    "zero-width": "a\u200bb\u200dc\u2060d e\u0301\u0300\u0323",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈👍🏽 and 🇺🇦",
}


@pytest.fixture
def chat_for_texts(scenario, chat_of_two):
    """A chat of ana and bo, open in a tab of ana's."""
    ana, bo, chat = chat_of_two
    return bo, chat, scenario.tab(ana).open_conversation(chat.name)


def test_each_is_shown_as_it_was_written(scenario, chat_for_texts):
    """What others write is shown letter by letter, also after a reload, and none of it runs or becomes an element."""
    bo, chat, tab = chat_for_texts
    texts = [scenario.say(bo, chat, scenario.text(sample)) for sample in TEXTS.values()]
    tab.wait_texts(texts)
    expect_nothing_ran(tab)
    tab.reload().reopen(chat.name).wait_texts(texts)
    expect_nothing_ran(tab)


def test_each_is_sent_as_it_was_written(scenario, chat_for_texts):
    """What one writes is stored letter by letter, and shown so."""
    _, chat, tab = chat_for_texts
    texts = [scenario.text(sample) for sample in TEXTS.values()]
    for count, text in enumerate(texts, 1):
        tab.send(text)
        tab.wait_texts(texts[:count])
    scenario.wait_rows(chat, lambda rows: [row.text for row in rows] == texts, f"the messages {[*map(short, texts)]}")
    expect_nothing_ran(tab)


@pytest.mark.needs("version 2")
def test_no_text_breaks_the_page(scenario, chat_for_texts):
    """However long its words are, a message can be read and answered without scrolling sideways."""
    bo, chat, tab = chat_for_texts
    texts = [scenario.say(bo, chat, scenario.text(sample)) for sample in TEXTS.values()]
    tab.wait_texts(texts)
    width = tab.page.viewport_size["width"]
    for text in texts:
        left, right = reach(tab, text)
        assert left >= -1, f"'{text[:40]}…' reaches beyond the left edge of the window in {tab.name}: to {left}"
        assert right <= width + 1, f"'{text[:40]}…' reaches beyond the right edge of {tab.name}: {right} of {width}"
    expect_in_use(tab)


def test_a_very_long_text_is_shown_whole(scenario, chat_for_texts):
    """A hundred thousand characters that somebody was able to store are there, and one can answer."""
    from pgproof.supabase.api import ApiError

    bo, chat, tab = chat_for_texts
    text = long_text(scenario)
    try:
        scenario.say(bo, chat, text)
    except ApiError as error:
        pytest.skip(f"not applicable: the database takes no message of {LONGEST} characters ({error.code})")
    tab.wait_texts([text])
    expect_in_use(tab)
    tab.send(answer := scenario.text("answer"))
    tab.wait_texts([text, answer])


def test_a_very_long_text_is_sent_whole_or_not(scenario, chat_for_texts):
    """What one cannot send in one piece stays to be sent in several, or the page says so; it is never cut."""
    _, chat, tab = chat_for_texts
    text = long_text(scenario)
    tab.send(text)
    scenario.wait_rows(chat, lambda rows: rows or is_told(tab, text), "it, or the page should say that it is too long")
    tab.wait_idle()
    assert [row.text for row in scenario.rows(chat)] in ([], [text]), "it is stored in part"
    expect_in_use(tab)


def long_text(scenario):
    """With words, as a person would paste it."""
    return scenario.text(("word " * (LONGEST // 5)).strip())[-LONGEST:].strip()


def is_told(tab, text):
    """Whether the page says that it did not send this, or keeps it where it was written."""
    shown = tab.now()
    return bool(shown.alert) or any(each.status == "failed" for each in shown.messages) or tab.written() == text


def expect_nothing_ran(tab):
    """Fail if a text was taken for markup anywhere on the page."""
    assert not tab.page.evaluate("window.textsRan"), f"a message's text ran as a script in {tab.name}"
    told = [event.text for event in tab.log.events if event.kind in ("console error", "request failed", "answer")]
    asked = [line for line in told if "nothing-of-the-kind" in line]
    assert not asked, f"a message's text became an element of {tab.name}, which asked for its image: {asked[0]}"


def expect_in_use(tab):
    """Fail if one cannot write, or has to scroll the page to do so."""
    box, size = tab.visible("composer").first.bounding_box(), tab.page.viewport_size
    assert box is not None, f"there is nowhere to write in {tab.name}"
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    in_sight = 0 < middle[0] < size["width"] and 0 < middle[1] < size["height"]
    assert in_sight, f"where one writes is out of sight in {tab.name}: {box} of {size}"
    wide, window = tab.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window, f"the page of {tab.name} is {wide} pixels wide, and the window {window}"

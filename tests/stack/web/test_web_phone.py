"""The chat page in the window of a phone, 390 pixels wide: everything essential can be done there."""

import re

from pgproof.timing import eventually
from tests.stack.web.fix_windows import in_list, say

WIDTH = 390


def expect_no_wider(page):
    """There is nothing to scroll sideways, and nothing that is cut off."""
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    inner = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"
    assert page.locator(".app, .log, .messages, .message, .composer, .sidebar, .chat-head").evaluate_all(inner) == []


def test_one_reads_writes_and_goes_back(window, chat_of_sixty):
    """A conversation is opened, read, answered and left for the list, which has gone on meanwhile."""
    from playwright.sync_api import expect

    ana, ben = window(0, width=WIDTH), window(1, chat_of_sixty)
    expect_no_wider(ana)
    in_list(ana, chat_of_sixty).click()
    expect(ana.get_by_test_id("message").last.get_by_test_id("message-text")).to_have_text("message 60")
    say(ana, "from a phone")
    expect(ben.get_by_test_id("message").last.get_by_test_id("message-text")).to_have_text("from a phone")
    expect_no_wider(ana)
    ana.get_by_test_id("back-button").click()
    say(ben, "to a phone")
    expect(in_list(ana, chat_of_sixty).get_by_test_id("conversation-preview")).to_have_text("to a phone")
    expect(in_list(ana, chat_of_sixty).get_by_test_id("unread-badge")).to_have_text("1")
    expect_no_wider(ana)


def test_no_text_is_too_wide(window, chat_of_sixty):
    """The longest word and a long unsent text leave the place to write in the window."""
    from playwright.sync_api import expect

    ana = window(0, width=WIDTH)
    in_list(ana, chat_of_sixty).click()
    for text in ("W" * 500, "<b>5 < 6 & 7</b>", "مرحبا שלום", "line\n" * 30):
        say(ana, text)
        expect(ana.get_by_test_id("message").last.get_by_test_id("message-text")).to_have_text(text.strip())
        expect_no_wider(ana)
    ana.get_by_test_id("composer").fill("line\n" * 60)
    expect(ana.get_by_test_id("composer")).to_be_in_viewport(ratio=1)
    expect(ana.get_by_test_id("send-button")).to_be_in_viewport(ratio=1)


def test_what_is_written_survives_a_reload(window, chat_of_sixty):
    """A text that was not sent stands where it was written after a reload, and is forgotten once it is sent."""
    from playwright.sync_api import expect

    ana = window(0, width=WIDTH)
    in_list(ana, chat_of_sixty).click()
    ana.get_by_test_id("composer").fill("not sent yet")
    ana.reload()
    expect(ana.get_by_test_id("composer")).to_have_value("not sent yet")
    expect(ana.get_by_test_id("message")).to_have_count(50)
    ana.get_by_test_id("composer").press("Enter")
    expect(ana.get_by_test_id("message").last.get_by_test_id("message-text")).to_have_text("not sent yet")
    ana.reload()
    expect(ana.get_by_test_id("message")).to_have_count(50)
    expect(ana.get_by_test_id("composer")).to_have_value("")


def test_the_focus_stays_on_a_quote_that_becomes_known(window, chat_of_sixty, page_stack, connect):
    """A quote whose message is loaded late is filled in place: who is at its button by the keyboard still is."""
    from playwright.sync_api import expect

    admin = connect(page_stack.dsn)
    admin.execute(
        "INSERT INTO public.chat_messages (chat_id, sender_id, message_text, reply_to_message_id)"
        " SELECT chat_id, sender_id, 'answer', id FROM public.chat_messages WHERE chat_id = %s AND seq = 1",
        [chat_of_sixty],
    )
    ana = window(0, width=WIDTH)
    held = []

    def hold(route):
        held.append(route)

    ana.route(re.compile(r"[?&]id=in\."), hold)
    in_list(ana, chat_of_sixty).click()
    quote = ana.get_by_test_id("message-quote")
    expect(quote).to_contain_text("…")
    quote.focus()
    # Each call of the page's lets the route's handler run.
    assert eventually(lambda: ana.evaluate("true") and held)
    held[0].continue_()
    expect(quote).to_contain_text("message 1")
    expect(quote).to_be_focused()

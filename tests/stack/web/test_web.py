"""The chat page in a browser, on a running stack: what a person does with it."""

from tests.stack.web.fix_windows import in_list, say, seqs


def test_two_people_chat_and_the_console_stays_silent(window, chat_of_sixty):
    """A message goes sent, delivered, read; the other's list shows it on top and unread until it is opened."""
    from playwright.sync_api import expect

    said = []
    ana, ben = window(0, chat_of_sixty, said=said), window(1, said=said)
    expect(ana.get_by_test_id("message")).to_have_count(50)
    say(ana, "Is anybody there?")
    mine = ana.get_by_test_id("message").last
    expect(mine).to_have_attribute("data-status", "delivered")
    first = ben.get_by_test_id("conversation").first
    expect(first).to_have_attribute("data-chat-id", chat_of_sixty)
    expect(first.get_by_test_id("conversation-preview")).to_have_text("Is anybody there?")
    expect(first.get_by_test_id("unread-badge")).to_have_text("1")
    first.click()
    expect(mine).to_have_attribute("data-status", "read")
    expect(first.get_by_test_id("unread-badge")).to_have_count(0)
    theirs = ben.get_by_test_id("message").last
    theirs.hover()
    theirs.get_by_test_id("reply-button").click()
    say(ben, "I am.")
    answer = ana.get_by_test_id("message").last
    expect(answer.get_by_test_id("message-text")).to_have_text("I am.")
    expect(answer.get_by_test_id("message-quote")).to_contain_text("Is anybody there?")
    assert said == []


def test_a_changed_tick_leaves_the_focus_on_a_button(window, chat_of_sixty):
    """Who is about to reply by the keyboard still is when the message becomes read."""
    from playwright.sync_api import expect

    ana, ben = window(0, chat_of_sixty), window(1)
    expect(ana.get_by_test_id("message")).to_have_count(50)
    say(ana, "Is anybody there?")
    mine = ana.get_by_test_id("message").last
    expect(mine).to_have_attribute("data-status", "delivered")
    mine.get_by_test_id("reply-button").focus()
    in_list(ben, chat_of_sixty).click()
    expect(mine).to_have_attribute("data-status", "read")
    expect(mine.get_by_test_id("reply-button")).to_be_focused()
    ana.keyboard.press("Enter")
    expect(ana.get_by_test_id("reply-banner")).to_contain_text("Is anybody there?")


def test_older_messages_come_on_scrolling_up_and_the_page_does_not_jump(window, chat_of_sixty):
    """What the reader looks at stays where it is while older messages are put above it."""
    from playwright.sync_api import expect

    ana = window(0, chat_of_sixty)
    expect(ana.get_by_test_id("message")).to_have_count(50)
    place = """log => { const top = [...log.querySelectorAll('.message')].find((one) => one.dataset.seq === '11');
                        return top.getBoundingClientRect().top }"""
    log = ana.get_by_test_id("log")
    before = log.evaluate(f"log => {{ log.scrollTop = 0; return ({place})(log); }}")
    expect(ana.get_by_test_id("message")).to_have_count(60)
    assert seqs(ana) == list(range(1, 61))
    assert abs(log.evaluate(place) - before) < 2


def test_the_keyboard_is_enough(window, chat_of_sixty):
    """Signing in, choosing a conversation, replying, giving that up, a second line and sending need no mouse."""
    from playwright.sync_api import expect

    ana = window(None)
    ana.get_by_test_id("person-button").first.focus()
    ana.keyboard.press("Enter")
    expect(in_list(ana, chat_of_sixty)).to_be_visible()
    ana.get_by_test_id("conversation").last.focus()
    ana.keyboard.press("Home")
    expect(ana.get_by_test_id("conversation").first).to_be_focused()
    ana.keyboard.press("ArrowDown")
    expect(ana.get_by_test_id("conversation").nth(1)).to_be_focused()
    ana.keyboard.press("ArrowUp")
    expect(in_list(ana, chat_of_sixty)).to_be_focused()
    ana.keyboard.press("Enter")
    expect(ana.get_by_test_id("composer")).to_be_focused()
    expect(ana.get_by_test_id("message")).to_have_count(50)
    ana.keyboard.press("Shift+Tab")
    expect(ana.get_by_test_id("message").last).to_be_focused()
    ana.keyboard.press("ArrowUp")
    ana.keyboard.press("Tab")
    ana.keyboard.press("Enter")
    expect(ana.get_by_test_id("reply-banner")).to_contain_text("message 59")
    ana.keyboard.press("Escape")
    expect(ana.get_by_test_id("reply-banner")).to_be_hidden()
    ana.keyboard.type("one")
    ana.keyboard.press("Shift+Enter")
    ana.keyboard.type("two")
    ana.keyboard.press("Enter")
    expect(ana.get_by_test_id("message").last.get_by_test_id("message-text")).to_have_text("one\ntwo")


def test_a_narrow_window_shows_one_pane(window, chat_of_sixty):
    """At 320 pixels there is the list or the chat, a way back, and nothing to scroll sideways."""
    from playwright.sync_api import expect

    ana = window(0, width=320)
    chat, entry = ana.get_by_test_id("chat"), in_list(ana, chat_of_sixty)
    expect(chat).to_have_count(0)
    entry.click()
    expect(chat).to_be_visible()
    expect(entry).to_be_hidden()
    expect(ana.get_by_test_id("message")).to_have_count(50)
    assert ana.evaluate("document.documentElement.scrollWidth") == 320
    ana.get_by_test_id("back-button").click()
    expect(entry).to_be_focused()
    expect(chat).to_have_count(0)


def test_the_policy_is_enforced(window, page_stack):
    """The page can reach its API and nothing else."""
    said = []
    page = window(None, said=said)
    assert (
        page.evaluate("address => fetch(address).then((answer) => answer.status)", f"{page_stack.api_url}/nowhere")
        == 404
    )
    refused = page.evaluate("fetch('http://127.0.0.1:1/').then(() => null, (error) => error.message)")
    assert refused is not None
    assert any("Content Security Policy" in text for text in said)

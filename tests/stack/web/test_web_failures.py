"""The chat page in a browser when something fails: answers, the network, the session."""

import re

from tests.stack.web.fix_windows import in_list, say, seqs


def test_a_send_whose_answer_is_lost_is_stored_once(window, chat_of_sixty):
    """The second attempt finds what the first one stored."""
    from playwright.sync_api import expect

    ana = window(0, chat_of_sixty)
    attempts = []

    def lose_the_first(route):
        if route.request.method == "POST":
            attempts.append(route.fetch().status)
        if len(attempts) == 1 and route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    ana.route("**/rest/v1/chat_messages*", lose_the_first)
    with ana.expect_response(lambda answer: answer.request.method == "GET" and "client_generated_id=eq." in answer.url):
        say(ana, "only once")
    expect(ana.get_by_test_id("message").last).to_have_attribute("data-seq", "61")
    assert attempts == [201, 409]
    assert ana.get_by_test_id("message-text").all_text_contents().count("only once") == 1


def test_what_is_written_offline_waits_and_what_was_missed_is_read(window, chat_of_sixty):
    """Back online, both windows show the same messages in the same order."""
    from playwright.sync_api import expect

    ana, ben = window(0, chat_of_sixty), window(1, chat_of_sixty)
    ana.context.set_offline(True)
    say(ana, "from afar")
    expect(ana.get_by_test_id("pending-indicator")).to_have_text("1 message is waiting to be sent")
    expect(ana.get_by_test_id("connection-status")).to_have_text("Offline")
    say(ben, "where are you?")
    expect(ben.get_by_test_id("message").last).to_have_attribute("data-seq", "61")
    ana.context.set_offline(False)
    for page in (ana, ben):
        expect(page.get_by_test_id("message").last).to_have_attribute("data-seq", "62")
        assert page.get_by_test_id("message-text").all_text_contents()[-2:] == ["where are you?", "from afar"]
    expect(ana.get_by_test_id("pending-indicator")).to_be_hidden()


def test_leaving_and_entering_a_chat_subscribes_once(window, chat_of_sixty):
    """After several visits a message is still shown once, and live."""
    from playwright.sync_api import expect

    ana, ben = window(0, chat_of_sixty), window(1, chat_of_sixty)
    for _ in range(2):
        ana.get_by_test_id("conversation").nth(1).click()
        in_list(ana, chat_of_sixty).click()
    expect(ana.get_by_test_id("connection-status")).to_have_text("Live")
    say(ben, "welcome back")
    expect(ana.get_by_test_id("message").last).to_have_attribute("data-seq", "61")
    assert seqs(ana) == list(range(11, 62))


def test_a_failure_is_told_and_can_be_tried_again(window):
    """What fails is an alert with a reason, and an error in the console; trying again clears it."""
    from playwright.sync_api import expect

    said = []
    ana = window(None, said=said)
    # Without realtime it is the person alone who tries again.
    ana.route_web_socket("**/realtime/**", lambda _: None)
    broken = {"code": "42P17", "message": "infinite recursion detected in policy"}
    ana.route("**/rest/v1/chats*", lambda route: route.fulfill(status=500, json=broken))
    ana.get_by_test_id("person-button").first.click()
    alert = ana.get_by_test_id("alert")
    expect(alert).to_contain_text("Your conversations could not be loaded: infinite recursion detected in policy")
    assert any(re.match("error: Error loading conversations: ServiceError: infinite recursion", text) for text in said)
    ana.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(ana.get_by_test_id("conversation").first).to_be_visible()
    expect(alert).to_have_count(0)


def test_a_session_that_is_over_ends_at_the_form(window, chat_of_sixty):
    """When no new token is to be had, the form says so, and signing in leads back to the chat and what was written."""
    from playwright.sync_api import expect

    ana = window(0, chat_of_sixty)
    bad = {"code": "PGRST301", "message": "bad"}
    ana.route(
        "**/rest/v1/chat_messages*",
        lambda route: route.fulfill(status=401, json=bad) if route.request.method == "POST" else route.continue_(),
    )
    gone = {"code": "refresh_token_not_found", "message": "gone"}
    ana.route("**/auth/v1/token*", lambda route: route.fulfill(status=400, json=gone))
    say(ana, "before the end")
    expect(ana.get_by_test_id("sign-in-form")).to_be_visible()
    expect(ana.get_by_test_id("alert")).to_have_text("Your session has ended. Sign in again to continue.")
    ana.unroute_all()
    ana.get_by_test_id("person-button").first.click()
    expect(ana.get_by_test_id("message").last.get_by_test_id("message-text")).to_have_text("before the end")
    expect(ana.get_by_test_id("message").last).to_have_attribute("data-seq", "61")


def test_a_message_too_long_is_not_sent(window, chat_of_sixty):
    """It is not sent but told of, and stays where it was written, to be sent in parts."""
    from playwright.sync_api import expect

    ana = window(0, chat_of_sixty)
    say(ana, "x" * 100_001)
    told = "The message has 100,001 characters; the limit is 100,000. Send it in parts."
    expect(ana.get_by_test_id("alert")).to_have_attribute("data-text", told)
    assert len(ana.get_by_test_id("composer").input_value()) == 100_001
    say(ana, "y" * 100_000)
    expect(ana.get_by_test_id("message").last).to_have_attribute("data-seq", "61")
    expect(ana.get_by_test_id("alert")).to_be_hidden()
    expect(ana.get_by_test_id("composer")).to_have_value("")


def test_what_was_not_sent_is_nobody_elses(window, chat_of_sixty):
    """Who signs in after another person finds none of what that person was writing."""
    from playwright.sync_api import expect

    page = window(0, chat_of_sixty)
    page.get_by_test_id("composer").fill("for nobody's eyes yet")
    for person, kept in ((1, ""), (0, "for nobody's eyes yet")):
        page.get_by_test_id("sign-out-button").click()
        page.get_by_test_id("person-button").nth(person).click()
        expect(page.get_by_test_id("message").last).to_have_attribute("data-seq", "60")
        expect(page.get_by_test_id("composer")).to_have_value(kept)

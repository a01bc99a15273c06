"""Each kind of bad page gets a headline of its own, and the good page that looks like it gets none of them."""

import re

import pytest

from pgproof import moment
from pgproof.browser import NothingMatches, Tab, differences
from pgproof.browser.evidence import StoredRow, StoredText
from pgproof.browser.frontend import Frontend
from pgproof.quoting import LONGEST, short
from pgproof.scrub import Scrubber

CHAT = "Plans"
SELECTORS = {
    "conversation": "section",
    "conversation_name": "b",
    "last_message": "i",
    "message": ".line",
    "message_text": ".t",
    "own": ".me",
    "composer": "textarea",
    "send": "#go",
}
# A list of one chat, which a click opens.
LIST = '<section onclick="chat.hidden=false"><b>Plans</b> <i>old</i></section>'
CHAT_OF = "<div id=chat hidden>{}<textarea></textarea><button id=go>Go</button></div>"
SAID = "<div class='line me'><span class=t>{}</span></div>"


class Held:
    """What a database would hold."""

    def __init__(self, *texts, deleted=(), last=None):
        self._texts = [StoredText(n, text, "sent", text in deleted, moment.now()) for n, text in enumerate(texts, 1)]
        self._last = last if last is not None else (texts[-1] if texts else None)

    def messages(self, conversation):
        return self._texts if conversation == CHAT else None

    def conversations(self):
        return [StoredRow(CHAT, self._last, 0)]


@pytest.fixture
def failing_tab_on(browser, site_of, tmp_path):
    """Opens a tab on a page with this body. held: by the database. Other keywords: selectors."""
    contexts = []

    def open_tab(body, held=None, **selectors):
        (tmp_path / "index.html").write_text(f"<!doctype html><meta charset=utf-8><body>{body}")
        described = Frontend.model_validate(
            {
                "name": f"page of {tmp_path.name}",
                "path": "/index.html",
                "sign_in": {"storage": [{"key": "session"}]},
                "selectors": SELECTORS | selectors,
                "absent": ["badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags"],
            }
        )
        context = browser.new_context()
        contexts.append(context)
        tab = Tab("ana's tab", context, described, site_of(tmp_path), Scrubber())
        tab.beside = held
        return tab.open()

    yield open_tab
    for context in contexts:
        context.close()


def headline(error):
    """The first line of what was said."""
    return str(error.value).splitlines()[0]


def failing(tab, what, selector, condition=lambda _: False):
    """The headline of a wait that fails."""
    with pytest.raises(AssertionError) as error:
        tab.wait(condition, what, selector, seconds=0.2)
    return headline(error)


def test_a_selector_that_never_matched_is_blamed(failing_tab_on):
    """Nothing in the run has shown that it is right, so it may be wrong; the page's own words stand beside it."""
    tab = failing_tab_on("<p>Nothing here yet</p>")
    with pytest.raises(NothingMatches) as error:
        tab.visible("conversation")
    assert "'section', matches nothing visible at http" in headline(error)
    assert "never did in this run; the page says 'Nothing here yet'" in headline(error)


def test_a_selector_that_matched_before_is_not_blamed(failing_tab_on):
    """The page asks to sign in instead: that is what is said, with what the database holds, and not the selector."""
    tab = failing_tab_on(LIST, Held("hello"))
    tab.visible("conversation")
    tab.page.evaluate("document.body.innerHTML = '<p>Please log in to see your chats</p>'")
    said = failing(tab, "a conversation 'Plans' in the list", "conversation")
    assert said.endswith("the page says 'Please log in to see your chats'")
    assert "matches nothing" not in said
    with pytest.raises(NothingMatches) as error:
        tab.visible("conversation")
    assert "the page says 'Please log in to see your chats'" in headline(error)
    assert "the database holds 1 conversations of this person: Plans: hello ()" in str(error.value)


def test_what_another_tab_showed_counts_too(failing_tab_on):
    """A second tab that shows no list is not the selector's fault, since the first one had it."""
    failing_tab_on(LIST).visible("conversation")
    tab = failing_tab_on("<p>Please log in to see your chats</p>")
    assert "matches nothing" not in failing(tab, "a conversation", "conversation")


def test_words_in_a_shadow_root_are_the_pages_words(failing_tab_on):
    """What a person reads is told, wherever it stands."""
    tab = failing_tab_on(
        "<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML = '<p>Locked</p>'</script>"
    )
    assert "the page says 'Locked'" in failing(tab, "a conversation", "conversation")


def test_a_hang_says_what_it_waits_for(failing_tab_on):
    """A request that is never answered is named with its method, its path and how long it has waited."""
    tab = failing_tab_on("<p>Loading</p>")
    tab.page.route("**/rest/v1/chats*", lambda _: None)
    with tab.page.expect_request("**/rest/v1/chats*"):
        tab.page.evaluate("void fetch('/rest/v1/chats?select=id')")
    said = failing(tab, "a conversation 'Plans' in the list", "conversation")
    assert "the list never came: GET /rest/v1/chats has been waiting for " in said


def test_a_page_that_is_not_live_says_how_far_it_came(failing_tab_on, monkeypatch):
    """It names the state of the websocket instead of blaming anything."""
    tab = opened(failing_tab_on(LIST + CHAT_OF.format("")))
    monkeypatch.setattr("pgproof.browser.view.SECONDS", 0.2)
    with pytest.raises(AssertionError, match=r"asks for no realtime: .*: no request is under way; .*no websocket"):
        tab.wait_live()


def opened(tab):
    """The tab with the chat open."""
    return tab.open_conversation(CHAT, live=False)


def test_nested_matches_are_named(failing_tab_on):
    """A message selector that matches a wrapper and the message in it is said to do so."""
    inner = "<div class=line><div class='line me'><span class=t>hello</span></div></div>"
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(inner), Held("hello")))
    said = failing(tab, "the messages ['hello']", "message_text")
    assert "selectors.message of" in said
    assert 'matches elements inside each other: of 2 matches, <div class="line"> contains <div class="line me">' in said


def test_a_row_that_the_database_lacks_is_a_lost_row(failing_tab_on):
    """The page shows it as sent."""
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(SAID.format("hello")), Held()))
    said = failing(tab, "the messages ['other']", "message_text")
    assert said.startswith("lost row: ana's tab should show the messages ['other'], but after")
    assert "it shows 'hello' as sent, and the database does not hold it" in said


@pytest.mark.parametrize(
    "word", ["system {}", 'phx_reply {"status": "ok", "response": {}}'], ids=["changes", "channel"]
)
def test_a_row_that_the_websocket_did_not_deliver_is_a_lost_event(failing_tab_on, word):
    """Changes flowed, or it was in its channel, when it was stored, and it did not come."""
    tab = opened(failing_tab_on(LIST + CHAT_OF.format("")))
    tab.log.note("received", f"realtime:chat {word}")
    tab.beside = Held("hello")
    said = failing(tab, "the messages ['hello']", "message_text")
    assert said.startswith("lost event: ")
    assert "the database holds (seq 1): its websocket did not deliver it" in said


def test_a_row_that_came_and_is_not_drawn_is_the_pages_fault(failing_tab_on):
    """The websocket delivered it, so that the event was not lost."""
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(""), Held("hello")))
    tab.log.note("received", "realtime:chat INSERT seq 1 'hello' sent")
    said = failing(tab, "the messages ['hello']", "message_text")
    assert said.startswith(f"{differences.NOT_DRAWN}: ")


def test_a_row_from_before_is_not_a_lost_event(failing_tab_on):
    """What was stored before changes flowed has to be read, not delivered."""
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(""), Held("hello")))
    tab.log.note("received", "realtime:chat system {}")
    assert failing(tab, "the messages ['hello']", "message_text").startswith(f"{differences.NOT_READ}: ")


def test_a_deleted_message_that_is_shown_is_named(failing_tab_on):
    """It is neither lost nor stale."""
    held = Held("hello", deleted=["hello"])
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(SAID.format("hello")), held))
    assert failing(tab, "the messages []", "message_text").startswith(f"{differences.STILL_SHOWN}: ")


def test_an_older_text_in_the_list_is_a_stale_preview(failing_tab_on, monkeypatch):
    """The chat itself shows the newer one."""
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(SAID.format("old") + SAID.format("new")), Held("old", "new")))
    monkeypatch.setenv("CONNECT_TIME_UNIT", "0.05")
    with pytest.raises(AssertionError) as error:
        tab.wait_last(CHAT, "new")
    assert headline(error).startswith("stale preview: ana's tab should show 'new' beside Plans")
    assert "the newest that the database holds is 'new', which the chat itself shows" in headline(error)


class Rows(Held):
    """What a database would hold of the list: conversations with one message each, newest first, and empty ones."""

    def __init__(self, *names, empty=()):
        super().__init__()
        self._rows = [StoredRow(name, "hello", 0) for name in names] + [StoredRow(name, None, 0) for name in empty]

    def conversations(self):
        return self._rows


TWO = "<section><b>Plans</b> <i>hello</i></section><section><b>Trips</b> <i>hello</i></section>"


def test_a_list_in_another_order_says_how_to_declare_it(failing_tab_on):
    """The older one stands above: that may be a fault or the page's own way, and the message tells of both."""
    said = failing(failing_tab_on(TWO, Rows("Trips", "Plans")), "Trips at the top", "conversation")
    assert said.startswith("order of the list: ana's tab should show Trips at the top")
    assert "shows 'Plans' above 'Trips', which has the newer message" in said
    assert 'declared by order = "any"' in said


@pytest.mark.parametrize("held", [Rows("Plans", "Trips"), Rows("Trips", empty=["Plans"])])
def test_a_list_in_order_is_not_blamed(failing_tab_on, held):
    """Newest first is what is asked for; nothing says where a conversation without messages stands."""
    assert "order of the list" not in failing(failing_tab_on(TWO, held), "a badge", "conversation")


def test_a_list_with_an_order_of_its_own_is_not_blamed(failing_tab_on):
    """Where the description says so, its order explains nothing."""
    tab = failing_tab_on(TWO, Rows("Trips", "Plans"))
    tab.frontend = tab.frontend.model_copy(update={"order": "any"})
    assert "order of the list" not in failing(tab, "a badge", "conversation")


def test_where_page_and_database_agree_no_fault_is_invented(failing_tab_on):
    """A wait for something else says what is shown, without a kind."""
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(SAID.format("old")), Held("old")))
    said = failing(tab, "a tick for read", None)
    assert re.match(r"ana's tab should show a tick for read, but after [\d.]+ s it shows \['old'\]", said)


INSTEAD = LIST.replace("chat.hidden=false", "chat.hidden=false; this.hidden=true")


def test_a_list_that_gives_way_to_a_conversation_needs_a_way_back(failing_tab_on):
    """The key to be described is named, whether the list itself or something in it is waited for."""
    tab = opened(failing_tab_on(INSTEAD + CHAT_OF.format(SAID.format("hello")), Held("hello")))
    hint = "if an open conversation takes the place of the list, describe what leads back to it as selectors.back"
    assert failing(tab, "'hello' beside Plans", "last_message").endswith(hint)
    with pytest.raises(NothingMatches) as error:
        tab.open_conversation(CHAT)
    assert headline(error).endswith(hint)


@pytest.mark.parametrize(
    ("body", "back"), [(INSTEAD, "#back"), (LIST, None)], ids=["a way back is described", "the list is there"]
)
def test_no_way_back_is_asked_for_in_vain(failing_tab_on, body, back):
    """Where one is described or the list stays, something else is wrong."""
    tab = opened(failing_tab_on(body + CHAT_OF.format(SAID.format("hello")), Held("hello"), back=back))
    assert "selectors.back" not in failing(tab, "'hello' beside Plans", "last_message")


def test_a_long_text_is_quoted_by_its_beginning_its_end_and_its_length(failing_tab_on):
    """What is expected, what is shown instead and what is stored: in each line there is room for the rest of it."""
    held, shown = "word " * 20_000 + "of Ana", "word " * 19_000 + "of Ana"
    tab = opened(failing_tab_on(LIST + CHAT_OF.format(SAID.format(shown)), Held(held)))
    with pytest.raises(AssertionError) as error:
        tab.wait_texts([held], seconds=0.2)
    said = str(error.value)
    assert "word of Ana (100,006 characters)'], but after" in headline(error)
    assert "it shows 'word word" in headline(error)
    assert "word of Ana (95,006 characters)' as sent" in headline(error)
    assert max(map(len, said.splitlines())) < 1000


@pytest.mark.parametrize("text", ["", "shall we?", "W" * LONGEST, "a\nb"])
def test_what_is_not_long_is_quoted_as_it_is(text):
    """To the letter, so that a difference is seen."""
    assert short(text) == text


COVER = "<div class=overlay style='position:fixed;inset:0'></div>"


def test_a_message_that_only_the_selector_misses_is_the_selectors_fault(failing_tab_on):
    """The page's own words have the text; the description is wrong about where."""
    body = LIST + CHAT_OF.format("<p>hello</p>")
    said = failing(opened(failing_tab_on(body, Held("hello"))), "the messages ['hello']", "message_text")
    assert "selectors.message of" in said
    assert "matches nothing visible at" in said


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (CHAT_OF.format("") + COVER, '<div class="overlay"> covers it'),
        (CHAT_OF.format("").replace("<button ", "<button disabled "), "it stays disabled"),
    ],
    ids=["covered", "disabled"],
)
def test_a_click_that_does_not_happen_says_what_hinders(failing_tab_on, monkeypatch, body, reason):
    """The element by its name in the description, and what covered it; nothing of Playwright."""
    tab = failing_tab_on(body.replace("hidden", ""))
    tab.opened.append(CHAT)
    monkeypatch.setattr("pgproof.browser.acting.SECONDS", 0.5)
    with pytest.raises(AssertionError) as error:
        tab.send("hello")
    assert headline(error).startswith("ana's tab could not click the send button (selectors.send, '#go') within")
    assert headline(error).endswith(reason)


def test_an_address_that_does_not_answer_is_named(failing_tab_on):
    """The browser's own reason stands behind the address."""
    tab = failing_tab_on(LIST)
    tab.page.route("**/gone", lambda route: route.abort("connectionrefused"))
    with pytest.raises(AssertionError, match=r"ana's tab could not open http.*: the browser says ERR_\w+"):
        tab.go("/gone")

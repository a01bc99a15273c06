"""The guide's own four checks of the page, as quickly as they can be made; the other files here look further."""

from connect.scenario import listing
from pgproof.browser import long_list

LONG_AGO = "2020-01-01T12:00:00+00:00"


def test_conversations_load_without_an_error(onlooker, frontend):
    """The list is what the database holds: order, names, last messages, badges; nothing goes wrong, no withRetry."""
    person = onlooker.known()
    asked = onlooker.target.database
    assert asked.conversations(person.id), (
        f"{person.account.email} is in no conversation, so that nothing shows whether they load;"
        " name somebody first in CONNECT_E2E_USERS who is"
    )
    tab = onlooker.tab(person)

    def compared(shown):
        return listing.compare(asked.conversations(person.id), shown, frontend)

    tab.wait(
        lambda state: state.conversations and compared(state.conversations).wrong is None,
        "what the database holds of the list",
        "conversation",
    )
    if compared(tab.state.conversations).missing:
        # A long list may come in parts, as one scrolls.
        found = compared(long_list.gathered(tab))
        if not found.agrees:
            also = f", also {found.lacking}" if found.missing else ""
            tab.wait(
                lambda state: compared(state.conversations).agrees,
                f"what the database holds of the list{also}",
                "conversation",
            )
    tab.wait_idle()
    tab.expect_clean()


def test_a_sent_message_appears_once(scenario, chat_of_two):
    """It is there as her own, at no moment twice, and does not go away again."""
    ana, bo, chat = chat_of_two
    (tab,) = scenario.side_by_side(chat, ana)
    tab.send(text := scenario.text())
    shown = tab.wait_texts([text])
    assert shown.messages[0].own
    scenario.wait_rows(chat, lambda rows: len(rows) == 1, "the message")
    # When the page knows of a later one, it has been told of this one too.
    later = scenario.say(bo, chat)
    tab.wait_texts([text, later])
    assert tab.most(text) == 1
    assert not tab.lost_sight_of(text)
    tab.expect_clean()


def test_messages_are_in_order_of_seq(scenario, chat_of_two):
    """One that says it was written years ago, and was stored later, is later: as it comes, and after a reload."""
    ana, bo, chat = chat_of_two
    texts = [scenario.say(bo, chat)]
    (tab,) = scenario.side_by_side(chat, ana)
    texts.append(scenario.say(bo, chat, "written long ago " + scenario.text(), created_at=LONG_AGO))
    tab.send(scenario.text("after it"))
    scenario.wait_rows(chat, lambda rows: len(rows) == 3, "three messages")
    stored = [row.text for row in scenario.rows(chat)]
    assert stored[:2] == texts
    tab.wait_texts(stored)
    tab.at_rest()
    tab.reload().reopen(chat.name).wait_texts(stored)
    tab.at_rest()
    scenario.expect_good(chat)


def test_two_tabs_see_each_others_messages(scenario, chat_of_two, expect_each_sees):
    """What she sends in one tab is in her other one, once and without a reload."""
    ana, _, chat = chat_of_two
    expect_each_sees(chat, scenario.side_by_side(chat, ana, ana))

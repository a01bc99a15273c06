"""A reply quotes what it answers."""

import pytest

pytestmark = pytest.mark.needs("reply")


@pytest.fixture
def chat_with_question(scenario, chat_of_two):
    """A chat of ana and bo with a message of bo's, open in a tab of each."""
    ana, bo, chat = chat_of_two
    question = scenario.say(bo, chat, scenario.text("question"))
    return chat, question, [scenario.tab(person).open_conversation(chat.name) for person in (ana, bo)]


def test_both_see_the_quote(scenario, chat_with_question):
    """Who replies and who is replied to see the answer with the question in it, live and after a reload."""
    chat, question, tabs = chat_with_question
    tabs[0].wait_texts([question])
    tabs[0].reply(question, answer := scenario.text("answer"))
    for reloaded in (False, True):
        for tab in tabs:
            if reloaded:
                tab.reload().reopen(chat.name)
            tab.wait(
                lambda state: (
                    [(each.text, each.quote) for each in state.messages] == [(question, None), (answer, question)]
                ),
                f"'{answer}' with '{question}' quoted in it",
                "quote",
            )
            tab.at_rest()
    scenario.expect_good(chat)


def test_it_is_stored_as_a_reply(scenario, chat_with_question):
    """The row refers to the message that was answered, and the next message is not a reply."""
    chat, question, tabs = chat_with_question
    tabs[0].wait_texts([question])
    tabs[0].reply(question, scenario.text("answer"))
    tabs[0].send(scenario.text("more"))
    scenario.wait_rows(chat, lambda rows: len(rows) == 3, "three messages")
    first, *others = scenario.rows(chat)
    assert [row.reply_to for row in others] == [first.id, None]

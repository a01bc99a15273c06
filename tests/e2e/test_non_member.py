"""Who takes no part in a chat learns nothing of it."""

import pytest


@pytest.fixture
def chat_without_carol(scenario):
    """A chat of ana and bo with a message, and one of bo and carol; carol is in no other."""
    ana, bo, carol = scenario.people("ana", "bo", "carol")
    chat, hers = scenario.chat(ana, bo, label="private"), scenario.chat(bo, carol, label="hers")
    return ana, bo, carol, chat, hers, scenario.say(ana, chat, scenario.text("secret"))


def test_the_list_does_not_have_it(scenario, chat_without_carol, frontend):
    """Neither the chat nor a message of it is in the list of somebody else, also not when a new one comes."""
    ana, bo, carol, chat, hers, secret = chat_without_carol
    tab = scenario.tab(carol).wait_live()
    secrets = [secret, scenario.say(ana, chat, scenario.text("secret"))]
    later = scenario.say(bo, hers)
    if frontend.has("preview") and tab.log.asks_for_realtime:
        tab.wait_last(hers.name, later)
    else:
        tab.open_conversation(hers.name).wait_texts([later])
    # She may have had others before.
    assert any(hers.name in state.names for state in tab.history)
    for state in tab.history:
        assert chat.name not in state.names
        assert not [each.last for each in state.conversations for secret in secrets if secret in each.last]


def test_its_address_leads_nowhere(scenario, chat_without_carol):
    """By the address that a member has it under, one sees no message and nothing to write in."""
    ana, bo, carol, chat, hers, secret = chat_without_carol
    inside = scenario.tab(ana)
    list_address = inside.page.url
    inside.open_conversation(chat.name).wait_texts([secret])
    if inside.page.url == list_address:
        pytest.skip("not applicable: the page's conversations have no address of their own")
    tab = scenario.tab(carol).go(inside.page.url.removeprefix(scenario.target.page_url.rstrip("/")))
    # A message that it had would be in the history, once the page is done.
    tab.appears(tab.frontend.selector("message"))
    # What is there instead may have no list beside it, and no way back to one.
    if not tab.to_list().appears(tab.frontend.selector("conversation")):
        tab.go(tab.home)
    tab.open_conversation(hers.name)
    scenario.say(ana, chat, scenario.text("secret"))
    later = scenario.say(bo, hers)
    tab.wait_texts([later])
    assert {text for state in tab.history for text in state.texts} == {later}
    assert chat.name not in {name for state in tab.history for name in state.names}


def test_the_listener_hears_nothing_of_it(scenario, chat_without_carol):
    """Subscribed to the chat with her own token she gets no event, while those of her own chat arrive."""
    ana, bo, carol, chat, hers, _ = chat_without_carol
    deaf, hearing = scenario.listen(carol, chat, hers)
    scenario.say(ana, chat, scenario.text("secret"))
    later = scenario.say(bo, hers)
    hearing.wait_for(lambda change: change.record["message_text"] == later)
    assert deaf.events == ()
    assert [change.record["message_text"] for change in hearing.events] == [later]

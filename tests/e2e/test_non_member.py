"""Who takes no part in a chat learns nothing of it."""

import pytest


@pytest.fixture
def scene(stage):
    """A chat of ana and bo with a message, and one of bo and carol; carol is in no other."""
    ana, bo, carol = stage.people("ana", "bo", "carol")
    chat, hers = stage.chat(ana, bo, label="private"), stage.chat(bo, carol, label="hers")
    return ana, bo, carol, chat, hers, stage.say(ana, chat, stage.text("secret"))


def test_the_list_does_not_have_it(stage, scene):
    """Neither the chat nor a message of it is in the list of somebody else, also not when a new one comes."""
    ana, bo, carol, chat, hers, secret = scene
    tab = stage.tab(carol).wait_live()
    secrets = [secret, stage.say(ana, chat, stage.text("secret"))]
    later = stage.say(bo, hers)
    tab.wait_last(hers.name, later)
    for screen in tab.history:
        assert screen.names in ([], [hers.name])
        assert not {each.last for each in screen.conversations} & set(secrets)


def test_its_address_leads_nowhere(stage, scene):
    """By the address that a member has it under, one sees no message and nothing to write in."""
    ana, bo, carol, chat, hers, secret = scene
    inside = stage.tab(ana)
    list_address = inside.page.url
    inside.open_conversation(chat.name).wait_texts([secret])
    if inside.page.url == list_address:
        pytest.skip("not applicable: the page's conversations have no address of their own")
    tab = stage.tab(carol).go(inside.page.url.removeprefix(stage.target.page_url.rstrip("/")))
    tab.wait(lambda screen: hers.name in screen.names, f"the conversation {hers.name}", "conversation")
    tab.open_conversation(hers.name)
    stage.say(ana, chat, stage.text("secret"))
    later = stage.say(bo, hers)
    tab.wait_texts([later])
    assert {text for screen in tab.history for text in screen.texts} == {later}
    assert chat.name not in {name for screen in tab.history for name in screen.names}


def test_the_listener_hears_nothing_of_it(stage, scene):
    """Subscribed to the chat with her own token she gets no event, while those of her own chat arrive."""
    ana, bo, carol, chat, hers, _ = scene
    deaf, hearing = stage.listen(carol, chat, hers)
    stage.say(ana, chat, stage.text("secret"))
    later = stage.say(bo, hers)
    hearing.wait_for(lambda change: change.record["message_text"] == later)
    assert deaf.events == ()
    assert [change.record["message_text"] for change in hearing.events] == [later]

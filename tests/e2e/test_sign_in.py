"""Somebody who is not signed in sees a form, and by it their conversations."""

import pytest


@pytest.mark.needs("sign_in.form")
def test_the_form_leads_to_the_conversations(scenario):
    """With email and password the list appears, and it is still there after a reload."""
    ana, bo = scenario.people("ana", "bo")
    chat = scenario.chat(ana, bo)
    tab = scenario.stranger()
    tab.sign_in(*ana.account)
    tab.wait(lambda state: chat.name in state.names, f"the conversation {chat.name}", "conversation")
    tab.reload().wait(lambda state: chat.name in state.names, f"{chat.name} after the reload", "conversation")
    tab.expect_clean()


@pytest.mark.needs("sign_in.form")
def test_a_stranger_sees_the_form(onlooker, frontend):
    """Who is not signed in sees where to do it, and no conversation."""
    tab = onlooker.stranger()
    if frontend.sign_in.form.path is not None:
        tab.go(frontend.sign_in.form.path)
    tab.find("sign_in.form.email", frontend.sign_in.form.email)
    assert tab.now().conversations == ()
    tab.expect_clean()

"""Somebody who is not signed in sees a form, and by it their conversations."""

import pytest


def test_the_form_leads_to_the_conversations(stage, frontend):
    """With email and password the list appears, and it is still there after a reload."""
    if frontend.sign_in.form is None:
        pytest.skip(f"not applicable: the description of {frontend.name} has no sign-in form")
    ana, bo = stage.people("ana", "bo")
    chat = stage.chat(ana, bo)
    tab = stage.stranger()
    tab.sign_in(*ana.account)
    tab.wait(lambda screen: chat.name in screen.names, f"the conversation {chat.name}", "conversation")
    tab.reload().wait(lambda screen: chat.name in screen.names, f"{chat.name} after the reload", "conversation")
    tab.expect_clean()


def test_a_stranger_sees_the_form(onlooker, frontend):
    """Who is not signed in sees where to do it, and no conversation."""
    if frontend.sign_in.form is None:
        pytest.skip(f"not applicable: the description of {frontend.name} has no sign-in form")
    tab = onlooker.stranger()
    if frontend.sign_in.form.path is not None:
        tab.go(frontend.sign_in.form.path)
    tab.find("sign_in.form.email", frontend.sign_in.form.email)
    assert tab.now().conversations == ()
    tab.expect_clean()

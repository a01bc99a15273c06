"""A failure that the run itself may have caused is told apart from one of the page."""

from types import SimpleNamespace

import pytest

from connect.scenario import doubts
from pgproof.browser.guard import MARK
from pgproof.browser.log import Event
from pgproof.browser.page_state import PageState
from pgproof.browser.withheld import Withheld
from pgproof.moment import now

TOKEN = "200 to POST https://x.supabase.co/auth/v1/token?grant_type=password"
CHATS = "200 to GET https://x.supabase.co/rest/v1/chats?select=id"
LIST = PageState(conversations=("a chat",))


@pytest.mark.parametrize(
    ("method", "path", "status", "answers", "shown", "is_doubtful"),
    [
        ("POST", "/rest/v1/rpc/list_conversations", 403, [TOKEN, CHATS], PageState(), True),
        ("POST", "/api/chats", 403, [], PageState(), True),
        ("PATCH", "/rest/v1/profiles", 403, [], PageState(), False),
        ("POST", "/rest/v1/rpc/list_conversations", 403, [], LIST, False),
        ("POST", "/v1/client/sessions", 204, [TOKEN], PageState(), True),
        ("POST", "/visit", 204, [TOKEN, CHATS], PageState(), False),
        ("POST", "/visit", 204, [], LIST, False),
    ],
)
def test_a_list_that_may_have_been_held_back_is_inconclusive(method, path, status, answers, shown, is_doubtful):
    """Only if none ever came, and only by a request that may have been for it, or for the right to read it."""
    withheld = Withheld()
    withheld.take(method, f"https://x.example{path}", status, {MARK: "yes"})
    events = [Event(now(), "answer", said, False) for said in answers]
    log = SimpleNamespace(withheld=withheld, events=events, is_plainly_wrong=False)
    tab = SimpleNamespace(name="ana's tab 1", history=[PageState(), shown], log=log)
    said = doubts.of([tab])
    assert (said is not None) is is_doubtful
    assert said is None or path in said
    # An answer of the server's own, such as 500, or what no page may say is no doubt, whatever was held back beside it.
    log.is_plainly_wrong = True
    assert doubts.of([tab]) is None

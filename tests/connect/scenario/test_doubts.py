"""A failure that the run itself may have caused is told apart from one of the page."""

from types import SimpleNamespace

import pytest

from connect.scenario import doubts
from pgproof.browser.guard import MARK
from pgproof.browser.page_state import PageState
from pgproof.browser.withheld import Withheld

LIST = PageState(conversations=("a chat",))


@pytest.mark.parametrize(
    ("method", "path", "shown", "is_doubtful"),
    [
        ("POST", "/rest/v1/rpc/list_conversations", PageState(), True),
        ("POST", "/api/chats", PageState(), True),
        ("PATCH", "/rest/v1/profiles", PageState(), False),
        ("POST", "/rest/v1/rpc/list_conversations", LIST, False),
    ],
)
def test_a_list_that_may_have_been_held_back_is_inconclusive(method, path, shown, is_doubtful):
    """Only if none ever came, and only by a request that may have been for it."""
    withheld = Withheld()
    withheld.take(method, f"https://x.example{path}", 403, {MARK: "yes"})
    tab = SimpleNamespace(name="ana's tab 1", history=[PageState(), shown], log=SimpleNamespace(withheld=withheld))
    said = doubts.of([tab])
    assert (said is not None) is is_doubtful
    assert said is None or path in said

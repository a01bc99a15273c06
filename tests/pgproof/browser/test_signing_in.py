"""Somebody is signed in where the page asks for it, and comes to the conversations wherever that led."""

import pytest

from pgproof.browser import Tab
from pgproof.browser.frontend import Frontend
from pgproof.scrub import Scrubber

ABSENT = ["preview", "badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags"]
SELECTORS = {
    "conversation": "section",
    "conversation_name": "b",
    "message": ".line",
    "message_text": ".t",
    "own": ".me",
    "composer": "textarea",
}
FORM = {"email": "[type=email]", "password": "[type=password]", "submit": "form button"}
# The pages of a site that keeps its session in a cookie. The query of the list tells in which ways it is meant.
PAGE = """<!doctype html><meta charset="utf-8"><body><script>
const here = new URL(location), isIn = document.cookie.includes('session')
const ways = decodeURIComponent(document.cookie.match(/ways=([^;]*)/)?.[1] ?? here.search)
document.cookie = 'ways=' + encodeURIComponent(ways)
const FORM = '<form><input type=email><input type=password><button>Sign in</button></form>'
const show = (html) => document.body.insertAdjacentHTML('beforeend', html)
if (here.pathname === '/messages.html') {
  if (isIn) show(ways.includes('empty') ? 'No chats yet' : '<section><b>Plans</b></section>')
  else if (ways.includes('blank')) {
    show(FORM)
    document.forms[0].onsubmit = (event) => {
      event.preventDefault()
      document.cookie = 'session=1'
      document.forms[0].remove()
    }
  } else if (ways.includes('letter')) show('<form><input type=email><button>Get our newsletter</button></form>')
  else if (ways.includes('closed')) show('Please sign in')
  else setTimeout(() => location.replace('/login.html?next=' + encodeURIComponent('/messages.html')), 100)
} else if (here.pathname === '/login.html') {
  if (isIn) location.replace('/dashboard.html')
  else {
    show(FORM)
    document.forms[0].onsubmit = (event) => {
      event.preventDefault()
      if (document.querySelector('[type=password]').value !== 'right') return show('Wrong password')
      document.cookie = 'session=1'
      const next = here.searchParams.get('next')
      location = next && !ways.includes('forgets') ? next : '/dashboard.html'
    }
  }
} else show('Welcome')
</script>"""


@pytest.fixture
def tabs_signed_in_by(browser, site_of, tmp_path):
    """Opens tabs of one device on the site. ways: of it. form_path: what the description says of the form."""
    for name in ("messages", "login", "dashboard"):
        (tmp_path / f"{name}.html").write_text(PAGE)
    address = site_of(tmp_path)
    with browser.new_context() as context:

        def open_tab(ways="", form_path="/login.html"):
            told = {"name": "site with cookies", "path": f"/messages.html?{ways}", "absent": ABSENT}
            sign_in = {"form": {**FORM, **({"path": form_path} if form_path else {})}}
            described = Frontend.model_validate({**told, "sign_in": sign_in, "selectors": SELECTORS})
            return Tab("ana's tab", context, described, address, Scrubber()).open()

        yield open_tab


def visited(tab):
    """The names of the pages that the tab was sent to."""
    return [event.text.split("/")[-1] for event in tab.log.events if event.text.startswith("go to")]


@pytest.mark.parametrize("form_path", ["/login.html", None], ids=["its address is given", "it is not"])
def test_a_page_that_asks_by_itself_is_answered_there(tabs_signed_in_by, form_path):
    """It knows where one wanted to go, which the form's bare address would not."""
    tab = tabs_signed_in_by(form_path=form_path)
    tab.sign_in_if_asked("ana@example.com", "right")
    assert tab.now().names == ["Plans"]
    assert visited(tab) == ["messages.html?"]


@pytest.mark.parametrize(
    ("ways", "first"),
    [("forgets", []), ("closed", ["login.html"]), ("letter", ["login.html"])],
    ids=["asks and forgets", "does not ask", "asks for something else"],
)
def test_where_signing_in_leads_elsewhere_one_goes_on_to_the_list(tabs_signed_in_by, ways, first):
    """Also where the page does not ask, or with another form, and the form has an address of its own."""
    tab = tabs_signed_in_by(ways)
    tab.sign_in_if_asked("ana@example.com", "right")
    assert tab.wait(lambda state: state.conversations, "the list").names == ["Plans"]
    assert visited(tab) == [f"messages.html?{ways}", *first, f"messages.html?{ways}"]


def test_a_second_tab_of_a_device_is_signed_in(tabs_signed_in_by):
    """The form's address would lead away from the list, and nobody goes there."""
    tabs_signed_in_by().sign_in_if_asked("ana@example.com", "right")
    second = tabs_signed_in_by()
    second.sign_in_if_asked("ana@example.com", "right")
    assert second.now().names == ["Plans"]
    assert visited(second) == ["messages.html?"]


def test_who_has_no_conversations_is_signed_in_too(tabs_signed_in_by):
    """In the first tab and in a second one, and both end where the conversations would be."""
    for _ in range(2):
        tab = tabs_signed_in_by("empty")
        tab.sign_in_if_asked("ana@example.com", "right")
        assert tab.is_home
        assert "No chats yet" in tab.page.inner_text("body")


def test_a_page_that_needs_a_second_load_gets_none(tabs_signed_in_by):
    """It stands where the conversations should be and shows none, as a person would see it."""
    tab = tabs_signed_in_by("blank", form_path=None)
    tab.sign_in("ana@example.com", "right")
    assert tab.now().names == []
    assert visited(tab) == ["messages.html?blank"]


def test_a_form_that_stays_is_told(tabs_signed_in_by, monkeypatch):
    """With the page's own words, here on a password that is wrong."""
    tab = tabs_signed_in_by()
    monkeypatch.setattr("pgproof.browser.signing_in.SECONDS", 0.2)
    with pytest.raises(
        AssertionError, match=r"should show conversations after signing in, .*'Sign in ?Wrong password'"
    ):
        tab.sign_in_if_asked("ana@example.com", "wrong")

"""In a narrow window one goes back to the list, by a way back that may be fading away already."""

import pytest

from connect import paths
from pgproof.browser import Tab
from pgproof.browser.frontend import read
from pgproof.scrub import Scrubber

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"
# It can be seen and not clicked, as while it is on its way out, and goes when so many milliseconds have passed.
FADING = """(milliseconds) => {
  const back = Object.assign(document.createElement('button'), { id: 'back', textContent: 'back' })
  back.style = 'position: fixed; top: 0; left: 0; pointer-events: none'
  document.body.append(back)
  if (milliseconds) setTimeout(() => back.remove(), milliseconds)
}"""


@pytest.fixture
def narrow_tab(browser, site_of):
    """A tab on the example, whose description names a way back that is not there yet."""
    described = read(PAGES / "app.toml")
    described = described.model_copy(update={"selectors": described.selectors.model_copy(update={"back": "#back"})})
    with browser.new_context() as context:
        tab = Tab("ana's tab", context, described, site_of(PAGES), Scrubber()).open()
        tab.page.wait_for_load_state()
        yield tab


def test_one_that_goes_by_itself_is_not_waited_for(narrow_tab):
    """The list is there once it is gone, and nothing went wrong."""
    narrow_tab.page.evaluate(FADING, 200)
    narrow_tab.to_list()
    assert narrow_tab.page.locator("#back").count() == 0


def test_one_that_stays_and_cannot_be_clicked_is_told(narrow_tab, monkeypatch):
    """The sentence says that it was the way back, and its selector."""
    narrow_tab.page.evaluate(FADING, 0)
    monkeypatch.setenv("CONNECT_TIME_UNIT", "0.1")
    with pytest.raises(AssertionError, match=r"could not click the way back to the list \(selectors\.back, '#back'\)"):
        narrow_tab.to_list()

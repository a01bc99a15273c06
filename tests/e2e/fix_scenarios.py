"""What tests/e2e is built on. A test asks for `scenario`: people, chats of its own, tabs, listeners, the database.

    def test_something(scenario):
        ana, bo = scenario.people("ana", "bo")
        chat = scenario.chat(ana, bo)
        tab = scenario.tab(ana).open_conversation(chat.name)
        tab.send(text := scenario.text())
        tab.wait_texts([text])

`chat_of_two` is such a chat, of ana and bo. `onlooker` is a scenario that a live production may be looked at with: its
test must not write. `needs` skips a test for a feature that the page's description declares absent.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from pgproof.errors import UsageError
from pgproof.plugin import folders
from pgproof.plugin.options import CHOSEN, PROJECT
from pgproof.plugin.recording import SCRUBBER
from tests.e2e.fix_browsers import ASKED_WRONGLY, described
from tests.e2e.fix_failures import SCENARIO
from tests.fix_folders import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from connect.embedded_stack import StackOf
    from connect.scenario.chat import Chat
    from connect.scenario.people import Person
    from connect.scenario.scenario import Scenario
    from connect.scenario.target import Target
    from pgproof.browser import Tab
    from pgproof.browser.frontend import Frontend
    from pgproof.environments import Environment
    from pgproof.settings import Settings

OTHERS = tuple({folder.marker for folder in FOLDERS.values() if not folder.browses})
_FRONTEND: pytest.StashKey[Frontend] = pytest.StashKey()
_SETTINGS: pytest.StashKey[Settings | None] = pytest.StashKey()


def pytest_sessionstart(session: pytest.Session) -> None:
    """A run that could select from tests/e2e has to say where it takes place and what the page looks like."""
    config = session.config
    if not folders.in_scope(config, browses=True):
        return
    from connect.scenario import target
    from tests.e2e import fix_browsers

    live = folders.live(config)
    try:
        if find_spec("playwright") is None:
            raise UsageError("tests/e2e needs packages and a browser that are not installed here; run: make setup-all")
        if live and config.option.base_url is None and not folders.in_scope(config, markers=OTHERS):
            raise UsageError("tests/e2e on a live environment needs --base-url, the address of the page")
        config.stash[_FRONTEND] = frontend = described(config)
        config.stash[_SETTINGS] = settings = config.stash[PROJECT].settings()
        target.check(config.stash[CHOSEN], config.option.base_url, settings)
        fix_browsers.check(config, frontend)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture(scope="session")
def frontend(pytestconfig: pytest.Config) -> Frontend:
    """What the page under test looks like."""
    return pytestconfig.stash[_FRONTEND]


@pytest.fixture
def needs(frontend: Frontend) -> Callable[[str], None]:
    """Skips the test if the page does not have this feature, one of pgproof.browser.frontend.FEATURES."""

    def check(feature: str) -> None:
        if not frontend.has(feature):
            pytest.skip(f"not applicable: the description of {frontend.name} declares '{feature}' absent")

    return check


@pytest.fixture(scope="session")
def ready_browser(browser: Browser, frontend: Frontend) -> Browser:
    """The browser, once it has understood the description's selectors. Ends the run if it does not."""
    from pgproof.browser import selectors

    try:
        selectors.check(browser, frontend)
    except UsageError as error:
        pytest.exit(str(error), ASKED_WRONGLY)
    return browser


@pytest.fixture(scope="session")
def target(
    environment: Environment, pytestconfig: pytest.Config, stack_of: StackOf, request: pytest.FixtureRequest
) -> Iterator[Target]:
    """Where the tests of one environment take place."""
    from connect.scenario import target

    if environment.is_live:
        base_url, settings = pytestconfig.option.base_url, pytestconfig.stash[_SETTINGS]
        assert settings is not None, "checked when the run began"
        yield target.live(environment, base_url, settings, pytestconfig.option.allow_writes)
        return
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(stack_of, environment.name)
        # The browser starts while the stack does.
        request.getfixturevalue("ready_browser")
        stack = starting.result()
    copied = pytestconfig.stash[PROJECT].suite is not None
    with target.on_stack(environment.name, stack, copied=copied) as found:
        yield found


@pytest.fixture
def onlooker(
    target: Target,
    frontend: Frontend,
    ready_browser: Browser,
    request: pytest.FixtureRequest,
    pytestconfig: pytest.Config,
) -> Iterator[Scenario]:
    """A scenario to look only: signed-in tabs of people who are there, and what the database holds."""
    from connect.scenario.scenario import Scenario
    from pgproof.scrub import Scrubber

    scenario = Scenario(target, frontend, ready_browser, Scrubber(), pytestconfig.option.snapshots)
    request.node.stash[SCENARIO] = scenario
    request.node.stash[SCRUBBER] = scenario.scrub
    yield scenario
    scenario.close()


@pytest.fixture
def scenario(onlooker: Scenario) -> Scenario:
    """A scenario to act on; see the top of this module, and connect.scenario.scenario."""
    if onlooker.target.read_only is not None:
        pytest.skip(f"not applicable: {onlooker.target.read_only}")
    return onlooker


@pytest.fixture
def chat_of_two(scenario: Scenario) -> tuple[Person, Person, Chat]:
    """Ana, bo, and a chat of theirs that nobody has written in."""
    ana, bo = scenario.people("ana", "bo")
    return ana, bo, scenario.chat(ana, bo)


@pytest.fixture
def expect_each_sees(scenario: Scenario) -> Callable[[Chat, list[Tab]], None]:
    """Each tab sends two messages in turn, and is seen everywhere: once, in order, in the page as it was opened."""

    def expect(chat: Chat, tabs: list[Tab]) -> None:
        loaded = [tab.recording[-1].opened for tab in tabs]
        texts: list[str] = []
        # Twice: what a page reads once more when it has become live may hold the first.
        for tab in [*tabs, *tabs]:
            texts.append(scenario.text())
            tab.send(texts[-1])
            for other in tabs:
                other.wait_texts(texts)
        assert [tab.recording[-1].opened for tab in tabs] == loaded, "a page was loaded anew"
        scenario.expect_good(chat)

    return expect

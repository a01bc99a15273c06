"""What tests/e2e is built on. A test asks for `scenario`: people, chats of its own, tabs, listeners, the database.

    def test_something(scenario):
        ana, bo = scenario.people("ana", "bo")
        chat = scenario.chat(ana, bo)
        tab = scenario.tab(ana).open_conversation(chat.name)
        tab.send(text := scenario.text())
        tab.wait_texts([text])

`chat_of_two` is such a chat, of ana and bo. `onlooker` is a scenario that a live production may be looked at with: its
test must not write. The marker `needs` names what the page has to have for a test: features that the page's
description may declare absent, `newest` for a list in order of the newest message, `sign_in.form`, `sign_in.storage`. A
test without it is not applicable, which is known before anything starts.
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
from tests.fix_stacks import OWN_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from connect.embedded_stack import StackOf
    from connect.scenario.chat import Chat
    from connect.scenario.own_page import OwnPage
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
        if config.option.base_url is not None:
            target.check_page(config.option.base_url)
        config.stash[OWN_PAGE] = _own_page(config, settings)
        if not config.option.stack:
            target.check(config.stash[CHOSEN], config.option.base_url, settings)
        if frontend.sign_in.code is not None and not (frontend.sign_in.form or frontend.sign_in.storage) and live:
            raise UsageError("sign_in.code needs a stack's inbox; on a live project give sign_in.form or .storage too")
        fix_browsers.check(config, frontend)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _own_page(config: pytest.Config, settings: Settings | None) -> OwnPage | None:
    """What the page of --stack was built with. Raises UsageError."""
    option = config.option
    if not option.stack:
        if option.sql:
            raise UsageError("--sql is for a stack under your own page; give --stack and --base-url too")
        return None
    from connect.scenario import own_page

    if config.getoption("dist", "no") != "no":
        raise UsageError("--stack has one port, the one that the page knows, so it cannot run in several workers (-n)")
    scripts = [config.invocation_params.dir / each for each in option.sql]
    return own_page.described(config.stash[CHOSEN], option.base_url, settings, scripts)


def pytest_configure(config: pytest.Config) -> None:
    """The marker of what a page has to have."""
    config.addinivalue_line("markers", "needs(what, ...): not applicable to a page that is described as without it")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test for what the page does not have, before any fixture opens a browser or starts a stack."""
    described = item.config.stash.get(_FRONTEND, None)
    if described is None:
        return
    for marker in item.iter_markers("needs"):
        for what in marker.args:
            lacking = _lacking(described, what)
            if lacking is not None:
                pytest.skip(f"not applicable: the description of {described.name} {lacking}")


def _lacking(frontend: Frontend, what: str) -> str | None:
    """In words, what the page does not have; None if it has it."""
    if what == "newest":
        return None if frontend.order == "newest" else "says that the list may be in any order"
    if what == "version 2":
        older = f"is of version {frontend.version}, which asks for less; write version = 2 to ask for this too"
        return None if frontend.version >= 2 else older
    if what == "sign_in.form":
        return None if frontend.sign_in.form is not None else "has no sign-in form"
    if what == "sign_in.storage":
        return None if frontend.sign_in.storage else "has no sign_in.storage, so that the session is the page's own"
    return None if frontend.has(what) else f"declares '{what}' absent"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of a page once for every size of the window that its description names, if there are several."""
    described = metafunc.config.stash.get(_FRONTEND, None)
    if described is not None and "viewport" in metafunc.fixturenames and len(described.viewports) > 1:
        metafunc.parametrize("viewport", described.viewports)


@pytest.fixture(scope="session")
def description(pytestconfig: pytest.Config) -> Frontend:
    """What the page under test looks like, in windows of every size."""
    return pytestconfig.stash[_FRONTEND]


@pytest.fixture
def viewport(description: Frontend) -> str | None:
    """The size of this test's windows; None for the browser's own."""
    return next(iter(description.viewports), None)


@pytest.fixture
def frontend(description: Frontend, viewport: str | None) -> Frontend:
    """What the page under test looks like in this test's windows."""
    return description.at(viewport)


@pytest.fixture(scope="session")
def ready_browser(browser: Browser, description: Frontend) -> Browser:
    """The browser, once it has understood the description's selectors. Ends the run if it does not."""
    from pgproof.browser import selectors

    try:
        selectors.check(browser, description)
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
    page = pytestconfig.stash.get(OWN_PAGE, None)
    copied = pytestconfig.stash[PROJECT].suite is not None
    with target.on_stack(environment.name, stack, copied=copied, own_page=page) as found:
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
    if (sentence := scenario.devices.talks_elsewhere()) is not None:
        if hasattr(pytestconfig, "workerinput"):
            # A worker that ends itself ends in a traceback; this ends the others too.
            request.session.shouldstop = sentence
            pytest.fail(sentence, pytrace=False)
        pytest.exit(sentence, ASKED_WRONGLY)


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

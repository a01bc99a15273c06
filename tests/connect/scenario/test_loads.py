"""Of several loads of a page those that hang are counted, and each says what it waited for."""

import pytest

from connect import paths
from connect.scenario import loads, target
from connect.scenario.scenario import Scenario
from pgproof.browser import frontend
from pgproof.scrub import Scrubber

GOOD, SILENT = loads.Load(1, 0.5, 1, ""), loads.Load(2, 0.5, None, "")


def test_a_page_that_subscribes_only_in_a_chat_does_not_hang():
    """Where no load asked for changes before a chat was open, each ended with its list, and the table has no time."""
    done = loads.compared([SILENT, SILENT])
    assert loads.verdict(done) is None
    assert loads.table(done)[1].split() == ["2", "0.50", "s", "-", "nothing"]


def test_a_load_that_asked_for_no_changes_when_another_did_hung():
    """A page that forgets to subscribe now and then is told with the load in which it did not."""
    first, *rest = loads.verdict(loads.compared([GOOD, SILENT])).splitlines()
    assert first == (
        "1 of 2 loads of the page hung; the first, load 2: the page, which subscribed to nothing, as it did in load 1"
    )
    assert "never" in rest[2]


@pytest.fixture
def loading(browser, stack_of):
    """A scenario, and somebody in it who has chats."""
    with target.on_stack("prod", stack_of("prod")) as where:
        scenario = Scenario(where, frontend.read(paths.ROOT / "frontend.toml"), browser, Scrubber())
        yield scenario, scenario.known()
        scenario.close()


def test_good_loads_have_their_times(loading):
    """Each came to its list and then to live, and there is nothing to complain of."""
    done = [loads.load(*loading, number) for number in (1, 2)]
    assert all(0 < each.to_list <= each.to_live for each in done)
    assert loads.verdict(done) is None
    assert loading[0].tabs == []


def test_a_load_that_hangs_is_told_with_its_request(loading):
    """One of three never gets its list: the sentence counts it and names the request, the table has a row for each."""
    scenario, person = loading
    held = []

    # By load and not by count: how often a page reads its list again while it loads is for the page to say.
    def answer(route):
        if holding:
            held.append(route)
        else:
            route.fallback()

    holding = False
    scenario.device(person).route("**/rest/v1/chats?*", answer)
    done = [loads.load(scenario, person, 1)]
    holding = True
    done.append(loads.load(scenario, person, 2))
    holding = False
    done.append(loads.load(scenario, person, 3))
    first, *rest = loads.verdict(done).splitlines()
    assert first.startswith("1 of 3 loads of the page hung; the first, load 2: GET /rest/v1/chats has been waiting for")
    assert [line.split()[0] for line in rest] == ["load", "1", "2", "3"]
    assert "never" in rest[2]

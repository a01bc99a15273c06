"""A session stands where a page looks for it, before its first script, and in nothing that is kept."""

import base64
import json

import pytest

from connect import paths
from connect.scenario import target
from connect.scenario.scenario import Scenario
from pgproof.browser import frontend
from pgproof.scrub import Scrubber

LONG = "ü" * 800


@pytest.fixture
def scenario_by_cookies(browser, stack_of):
    """A scenario on a page that keeps its session in cookies."""
    described = frontend.read(paths.ROOT / "frontend.toml")
    stored = type(described.sign_in.storage[0]).model_validate({"area": "cookie", "key": "sb-{project}-auth-token"})
    by_cookies = described.sign_in.model_copy(update={"storage": (stored,)})
    with target.on_stack("prod", stack_of("prod")) as where:
        described = described.model_copy(update={"sign_in": by_cookies})
        scenario = Scenario(where, described, browser, Scrubber(), snapshots=False)
        yield scenario
        scenario.close()


@pytest.mark.parametrize(
    ("more", "suffixes"), [({}, [""]), ({"provider_token": LONG}, [".0", ".1", ".2"])], ids=["short", "long"]
)
def test_a_session_is_in_the_cookies_of_a_new_device(scenario_by_cookies, more, suffixes):
    """A long one is in several of them, put together in their order; the server's page gets them with its address."""
    (ana,) = scenario_by_cookies.people("ana")
    context = scenario_by_cookies.device(ana, **more)
    found = {each["name"]: each["value"] for each in context.cookies(scenario_by_cookies.target.page_url)}
    name = f"sb-{scenario_by_cookies.target.project}-auth-token"
    assert sorted(found) == [name + suffix for suffix in suffixes]
    whole = "".join(found[each] for each in sorted(found))
    assert whole.startswith("base64-")
    session = json.loads(base64.urlsafe_b64decode(whole.removeprefix("base64-") + "==="))
    assert session["user"]["id"] == ana.id
    assert session.get("provider_token") == more.get("provider_token")
    kept = scenario_by_cookies.scrub.text(" ".join(found.values()))
    assert not [value for value in found.values() if value[-50:] in kept]

"""Whatever fails in a test of a page begins with a sentence: never with a time-out of Playwright or a bare assert."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pgproof.errors import Inconclusive
from tests.e2e.fix_failures import SCENARIO

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _worded(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _worded(item))


def _worded(item: pytest.Item) -> Generator[None, object, object]:
    try:
        done = yield
    except Exception as error:
        # Asked only now: a fixture of the setup makes it.
        if SCENARIO in item.stash:
            from connect.scenario import doubts, wording

            _judge_sending(item, f"\n{error}")
            doubt = doubts.of(item.stash[SCENARIO].tabs) if isinstance(error, AssertionError) else None
            if doubt is not None:
                raise Inconclusive(f"{doubt}\n{error}").with_traceback(error.__traceback__) from None
            document = getattr(getattr(item, "obj", None), "__doc__", None) or item.name
            sentence = wording.of(error, " ".join(document.split()))
            if sentence is not None:
                raise AssertionError(sentence).with_traceback(error.__traceback__) from None
        raise
    _judge_sending(item, "")
    return done


def _judge_sending(item: pytest.Item, said: str) -> None:
    """Fail if a page sent into somebody's chat, which explains any other failure too. said: by that, if any."""
    scenario = item.stash.get(SCENARIO, None)
    own_chats = None if scenario is None else scenario.devices.own_chats
    if scenario is None or own_chats is None:
        return
    doubt = own_chats.doubt(scenario.frontend)
    if doubt is not None:
        sentence, is_fault = doubt
        raise (AssertionError if is_fault else Inconclusive)(f"{sentence}{said}") from None

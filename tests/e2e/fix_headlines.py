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
        return (yield)
    except Exception as error:
        # Asked only now: a fixture of the setup makes it.
        if SCENARIO in item.stash:
            from connect.scenario import doubts, wording

            doubt = doubts.of(item.stash[SCENARIO].tabs) if isinstance(error, AssertionError) else None
            if doubt is not None:
                raise Inconclusive(f"{doubt}\n{error}").with_traceback(error.__traceback__) from None
            document = getattr(getattr(item, "obj", None), "__doc__", None) or item.name
            sentence = wording.of(error, " ".join(document.split()))
            if sentence is not None:
                raise AssertionError(sentence).with_traceback(error.__traceback__) from None
        raise

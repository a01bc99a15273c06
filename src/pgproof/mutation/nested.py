"""Tests as pytest items, collected once in this process and run with other fixtures as often as needed."""

from __future__ import annotations

from contextlib import closing
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest
from _pytest.runner import runtestprotocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    Configure = Callable[[pytest.Config], None]

# Plugins that print, time, capture or remember belong to the outer run.
_WITHOUT = """
    cacheprovider capture debugging doctest faulthandler logging pastebin setuponly setupplan
    stepwise terminal threadexception unittest unraisableexception warnings
"""


class Nested:
    """The tests of some paths below a root, with the root's pytest.ini.

    what: the paths. configure: called with the inner run's configuration before collection, to choose what the run
    judges. fixtures: a plugin whose fixtures replace those of the same name. without: names of plugins to leave out,
    beside those that belong to the outer run.
    """

    def __init__(
        self,
        root: Path,
        what: Sequence[str],
        configure: Configure,
        fixtures: ModuleType,
        without: Sequence[str] = (),
    ) -> None:
        self._items: list[pytest.Item] = []
        excluded = [word for name in (*_WITHOUT.split(), *without) for word in ("-p", f"no:{name}")]
        plain = "addopts=--disable-plugin-autoload --import-mode=importlib"
        # Only collect: pytest's own loop would run each test once.
        arguments = ["--rootdir", str(root), "-c", str(root / "pytest.ini"), "-o", plain, "--collect-only", *excluded]
        paths = [str(root / each) for each in what]
        with pytest.MonkeyPatch.context() as surroundings:
            # The options of the outer run are not meant for this one, which lacks the plugins that know them.
            surroundings.delenv("PYTEST_ADDOPTS", raising=False)
            code = pytest.main([*arguments, *paths], plugins=[_Collector(self._items, configure, fixtures)])
        assert code == pytest.ExitCode.OK, f"the tests could not be collected: {code!r}"

    @property
    def items(self) -> Sequence[pytest.Item]:
        """All tests that were collected."""
        return self._items

    def beginning(self, *prefixes: str) -> list[pytest.Item]:
        """Return the tests whose node ids begin with one of the prefixes, in the order of the prefixes."""
        found = [item for prefix in prefixes for item in self._items if item.nodeid.startswith(prefix)]
        return list(dict.fromkeys(found))

    def run(self, items: Sequence[pytest.Item]) -> Generator[tuple[pytest.Item, list[pytest.TestReport]]]:
        """Run these tests one by one with fresh fixtures, and yield each with its reports."""
        try:
            for item, following in zip_longest(items, items[1:]):
                yield item, runtestprotocol(item, log=False, nextitem=following)
        finally:
            # What a session or module shares was made from the current fixtures, so it ends here.
            for session in {item.session for item in items}:
                session._setupstate.teardown_exact(None)

    def failing(self, items: Sequence[pytest.Item], *, until_one: bool = False) -> Iterator[str]:
        """Run these tests and yield the node ids of those that fail; an error in setup does not count.

        until_one: stop after the first.
        """
        with closing(self.run(items)) as run:
            for item, reports in run:
                if any(report.failed and report.when == "call" for report in reports):
                    yield item.nodeid
                    if until_one:
                        return


class _Collector:
    """Configures the inner run independently of the outer one, and replaces its fixtures by the given ones."""

    def __init__(self, items: list[pytest.Item], configure: Configure, fixtures: ModuleType) -> None:
        self._items, self._configure, self._fixtures = items, configure, fixtures

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        self._configure(config)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        # Register after the fixture modules: of two fixtures with one name, the later plugin's counts.
        session.config.pluginmanager.register(self._fixtures)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        # The assertion's message is enough; nobody reads a traceback.
        session.config.option.tbstyle = "native"
        self._items[:] = session.items

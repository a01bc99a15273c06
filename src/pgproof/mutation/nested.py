"""Tests as items of pytest's, collected once in this process, and run as often as wanted with other fixtures."""

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

# What shows, times, catches or remembers belongs to the run that this one is inside of.
_WITHOUT = """
    cacheprovider capture debugging doctest faulthandler logging pastebin setuponly setupplan
    stepwise terminal threadexception unittest unraisableexception warnings
"""


class Nested:
    """The tests of some paths below a root, with its pytest.ini.

    configure: gets the inner run's configuration before anything is collected, to choose what the run judges.
    fixtures: a plugin, whose fixtures stand in for those of the same name.
    without: names of plugins, beside those that belong to the outer run.
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
        # Collected only: pytest's own loop would run each test once.
        arguments = ["--rootdir", str(root), "-c", str(root / "pytest.ini"), "-o", plain, "--collect-only", *excluded]
        paths = [str(root / each) for each in what]
        code = pytest.main([*arguments, *paths], plugins=[_Collector(self._items, configure, fixtures)])
        assert code == pytest.ExitCode.OK, f"the tests could not be collected: {code!r}"

    @property
    def items(self) -> Sequence[pytest.Item]:
        """All of them."""
        return self._items

    def beginning(self, *prefixes: str) -> list[pytest.Item]:
        """The tests whose node ids begin like one of these, in the order of these."""
        found = [item for prefix in prefixes for item in self._items if item.nodeid.startswith(prefix)]
        return list(dict.fromkeys(found))

    def run(self, items: Sequence[pytest.Item]) -> Generator[tuple[pytest.Item, list[pytest.TestReport]]]:
        """Run these tests one by one with fixtures of their own, and give what each reports."""
        try:
            for item, following in zip_longest(items, items[1:]):
                yield item, runtestprotocol(item, log=False, nextitem=following)
        finally:
            # What a session or module shares was made from what the fixtures gave now.
            for session in {item.session for item in items}:
                session._setupstate.teardown_exact(None)

    def failing(self, items: Sequence[pytest.Item], *, until_one: bool = False) -> Iterator[str]:
        """Run these tests, and give the node ids of those that fail: a test that was never reached saw nothing."""
        with closing(self.run(items)) as run:
            for item, reports in run:
                if any(report.failed and report.when == "call" for report in reports):
                    yield item.nodeid
                    if until_one:
                        return


class _Collector:
    """Configures the run, whatever the outer one judges, and puts the given fixtures in place of the run's."""

    def __init__(self, items: list[pytest.Item], configure: Configure, fixtures: ModuleType) -> None:
        self._items, self._configure, self._fixtures = items, configure, fixtures

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        self._configure(config)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        # After the fixture modules: of two fixtures with one name, the later plugin's counts.
        session.config.pluginmanager.register(self._fixtures)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        # An assertion's own words are enough; nobody reads a traceback.
        session.config.option.tbstyle = "native"
        self._items[:] = session.items

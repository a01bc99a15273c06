"""Derives the markers of a test from its folder, and whether it may run on a live database.

A suite declares its folders by the hook `pytest_pgproof_folders`. Without it no test is marked, and on a live database
only those tests run that request `snapshot` or `snapshots`, and no replica.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from _pytest.mark.expression import Expression

from pgproof.environments import judged_by
from pgproof.plugin.options import CHOSEN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# A test that requests this fixture, directly or through another one, works on clones, whatever its folder.
REPLICAS_ONLY = "templates"
READING = {"snapshot", "snapshots"}
_FOLDERS = pytest.StashKey["Folders"]()


class Folder(NamedTuple):
    """One folder of tests. marker: of its tests. meaning: of the marker, for `pytest --markers`.

    reads: its tests only read, so they run live. compares: its tests need two environments. browses: its tests run live
    if --base-url names a page, and decide themselves what they write.
    """

    marker: str
    meaning: str
    reads: bool = False
    compares: bool = False
    browses: bool = False


class Folders(NamedTuple):
    """The folders of a suite, by name. root: the folder that contains them."""

    root: Path
    known: Mapping[str, Folder]

    def of(self, path: Path) -> str | None:
        """Return the name of the folder that a path is or lies in, None if that is not known."""
        parts = path.relative_to(self.root).parts if path.is_relative_to(self.root) else ()
        return parts[0] if parts and parts[0] in self.known else None

    def get(self, path: Path) -> Folder | None:
        """Return the folder that a path is or lies in, None if that is not known."""
        name = self.of(path)
        return None if name is None else self.known[name]

    @property
    def markers(self) -> dict[str, str]:
        """The meaning of each marker."""
        return {folder.marker: folder.meaning for folder in self.known.values()}


class _Hooks:
    @pytest.hookspec(firstresult=True)
    def pytest_pgproof_folders(self, config: pytest.Config) -> Folders | None:
        """Return a suite's folders of tests."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hook with which a suite declares its folders."""
    pluginmanager.add_hookspecs(_Hooks)


def folders_of(config: pytest.Config) -> Folders:
    """Return the folders of this run's suite; none are known if the suite declares none."""
    if _FOLDERS not in config.stash:
        config.stash[_FOLDERS] = config.hook.pytest_pgproof_folders(config=config) or Folders(config.rootpath, {})
    return config.stash[_FOLDERS]


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers of the folders. Raises pytest.UsageError if -m names an unknown marker."""
    known = folders_of(config).markers
    for name, meaning in known.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if not known:
        return
    asked: set[str] = set()
    _matches(config, known, asked)
    unknown = asked - {line.split(":")[0].split("(")[0] for line in config.getini("markers")}
    if unknown:
        raise pytest.UsageError(f"unknown marker '{min(unknown)}'; choose from {', '.join(known)}")


def _matches(config: pytest.Config, names: Collection[str], asked: set[str] | None = None) -> bool:
    expression = config.option.markexpr
    if not expression:
        return True

    def has(name: str, /, **_: object) -> bool:
        if asked is not None:
            asked.add(name)
        return name in names

    try:
        return Expression.compile(expression).evaluate(has)
    except SyntaxError:
        # pytest reports it in its own words when it selects.
        return True


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Ignore a folder whose tests -m leaves out, so that it is not even imported."""
    folder = folders_of(config).get(collection_path)
    return True if folder is not None and not _matches(config, {folder.marker}) else None


def in_scope(
    config: pytest.Config, *, reads: bool = False, browses: bool = False, markers: Collection[str] = ()
) -> bool:
    """Return whether this run could select a test from such a folder, according to its paths and -m.

    reads, browses: the kinds of folder that count. markers: of further ones. Without known folders any test may read.
    """
    folders = folders_of(config)
    if not folders.known:
        return reads
    paths = [Path(config.invocation_params.dir, arg.split("::")[0]).resolve() for arg in config.args]
    return any(
        _matches(config, {folder.marker}) and any(_related(path, folders.root / name) for path in paths)
        for name, folder in folders.known.items()
        if (reads and folder.reads) or (browses and folder.browses) or folder.marker in markers
    )


def compares(config: pytest.Config) -> bool:
    """Return whether this run could select a test that compares environments."""
    markers = [folder.marker for folder in folders_of(config).known.values() if folder.compares]
    return bool(markers) and in_scope(config, markers=markers)


def _related(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) or folder.is_relative_to(path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test by its folder, and leave out what must not touch a live database."""
    folders = folders_of(config)
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        folder = folders.get(item.path)
        if folder is not None:
            item.add_marker(folder.marker)
        (kept if _allowed(config, item, folder) else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def _allowed(config: pytest.Config, item: pytest.Item, folder: Folder | None) -> bool:
    names = getattr(item, "fixturenames", ())
    if folder is not None and folder.compares and lacks_an_environment(config):
        return False
    reads = bool(READING & set(names)) if folder is None else folder.reads
    if reads and REPLICAS_ONLY not in names:
        return True
    if folder is not None and folder.browses and getattr(config.option, "base_url", None):
        return True
    if config.option.live:
        return False
    environment = judged_by(item)
    return environment is None or not environment.is_live


def lacks_an_environment(config: pytest.Config) -> bool:
    """Return whether this run has too few environments to compare any."""
    return len(config.stash[CHOSEN]) < 2


def live(config: pytest.Config) -> bool:
    """Return whether any chosen environment is live."""
    return any(environment.is_live for environment in config.stash[CHOSEN])

"""What the folders of this suite are, and the options that only its pages and mutants need."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from connect.paths import ROOT
from pgproof.environments import judged_by
from pgproof.plugin.folders import Folder, Folders
from pgproof.plugin.options import PROJECT

if TYPE_CHECKING:
    import pytest

TESTS = Path(__file__).parent
_MOST_LOADS = 1000
OWN_BASELINE = "own_baseline"
_OWN = Folder("harness", "the tests of the tool, of the project Connect and of the stack themselves")
FOLDERS = {
    "schema": Folder("schema", "the validation queries; reads only, runs live", reads=True),
    "security": Folder("security", "roles, policies, definer functions; reads only, runs live", reads=True),
    "parity": Folder("parity", "environments are the same; reads only, runs live", reads=True, compares=True),
    "functions": Folder("functions", "what the five functions do; replicas only"),
    "migration": Folder("migration", "apply, apply again, roll back; replicas only"),
    "e2e": Folder("e2e", "what a person sees, in a browser and over realtime", browses=True),
    "mutation": Folder("mutation", "every check is able to fail; replicas only"),
    "pgproof": _OWN,
    "connect": _OWN,
    "stack": _OWN,
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{OWN_BASELINE}: judges this repository's own baseline; replicas only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is strict about this repository's own baseline has nothing to say of another project or a live database."""
    foreign = config.stash[PROJECT].root.resolve() != ROOT
    for item in items:
        if OWN_BASELINE in item.path.parts:
            item.add_marker(OWN_BASELINE)
    left_out = [item for item in items if item.get_closest_marker(OWN_BASELINE) and (foreign or _is_live(item))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_live(item: pytest.Item) -> bool:
    environment = judged_by(item)
    return environment is not None and environment.is_live


def pytest_pgproof_folders() -> Folders:
    return Folders(TESTS, FOLDERS)


def _loads(text: str) -> int:
    """Refuse what is no number of loads; argparse prints the sentence."""
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_LOADS:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of loads from 1 to {_MOST_LOADS}")
    return int(text)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("connect", "Connect verification")
    group.addoption("--base-url", metavar="URL", help="the page under test; the stack's own if not given")
    group.addoption(
        "--stack", action="store_true", help="start a stack under the page at --base-url, on the keys it was built with"
    )
    group.addoption(
        "--sql",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="with --stack: a script to run before the stack serves; may be given again",
    )
    group.addoption(
        "--frontend", metavar="FILE", help="what the page looks like (docs/frontend.md); frontend.toml if not given"
    )
    group.addoption("--headed", action="store_true", help="show the browser")
    group.addoption(
        "--loads", type=_loads, metavar="N", help="load the page so many times, and tell how each load went"
    )
    group.addoption(
        "--snapshots", action="store_true", help="a failed test's trace holds the page at each step; slower by a fifth"
    )
    group.addoption(
        "--mutation-report",
        type=Path,
        default=Path(os.environ.get("CONNECT_REPORT_DIR", TESTS.parent / "report"), "mutation.json"),
        metavar="FILE",
        help="where to write what caught each mutant (default report/mutation.json)",
    )
    group.addoption("--allow-writes", action="store_true", help="also write, and remove, a chat on live production")

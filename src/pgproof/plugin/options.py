"""The options of a run, and what they choose. A wrong one ends the run with exit code 4."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pgproof import environments, project
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from pgproof.environments import Environment
    from pgproof.project import Project

PROJECT = pytest.StashKey["Project"]()
CHOSEN = pytest.StashKey[tuple["Environment", ...]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of every run."""
    group = parser.getgroup("pgproof", "verification of a PostgreSQL project")
    group.addoption(
        "--env",
        action="append",
        default=[],
        metavar="NAME",
        help="an environment of environments.toml (default: all)",
    )
    group.addoption("--live", action="store_true", help="judge live databases only, never a replica")
    group.addoption(
        "--deep", action="store_true", help="read every row of a live database, however long it takes, and its indexes"
    )
    group.addoption(
        "--project", type=Path, metavar="FOLDER", help="the folder with environments.toml (default: pytest's rootdir)"
    )
    group.addoption(
        "--recorded",
        type=Path,
        metavar="FOLDER",
        help="compare with what `record` wrote there (default: recorded/ of the project, for live databases)",
    )
    group.addoption(
        "--postgres",
        default="embedded",
        metavar="KIND",
        help="where replicas run: embedded (default), container, or container:IMAGE",
    )
    group.addoption(
        "--pg-version", type=int, default=17, metavar="N", help="version of PostgreSQL for replicas (default: 17)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put the project and the chosen environments into the stash. Raises pytest.UsageError."""
    environments.forget_libpq_defaults()
    try:
        config.stash[PROJECT] = found = _project(config)
        chosen = found.chosen(config.option.env, live_only=config.option.live)
        if found.suite is not None and not config.option.live:
            # A project that was adopted holds copies of live databases, to be judged although a DSN is set.
            chosen = tuple(replace(each, dsn=None) for each in chosen)
        config.stash[CHOSEN] = tuple(replace(each, deep=config.option.deep) for each in chosen)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _project(config: pytest.Config) -> Project:
    named = config.option.project
    return project.find(config.rootpath) if named is None else project.read(Path(config.invocation_params.dir, named))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that requests `environment` once for each chosen one."""
    if "environment" in metafunc.fixturenames:
        chosen = metafunc.config.stash[CHOSEN]
        metafunc.parametrize("environment", chosen, ids=[each.name for each in chosen], scope="session")

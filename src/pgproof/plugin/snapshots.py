"""The snapshots that read-only tests judge, each read once per run, and what the run says of them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.errors import UsageError
from pgproof.plugin import folders
from pgproof.plugin.options import CHOSEN, PROJECT
from pgproof.plugin.replicas import templates_of

if TYPE_CHECKING:
    from pgproof.environments import Environment
    from pgproof.snapshot import Snapshot

_SNAPSHOTS = pytest.StashKey[dict[str, "Snapshot"]]()
_WORKER_INPUT = "pgproof_snapshots"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    given = getattr(config, "workerinput", {}).get(_WORKER_INPUT)
    if given is not None:
        # Ours: the controller of this very run sent it.
        config.stash[_SNAPSHOTS] = pickle.loads(given)  # noqa: S301
    elif not config.option.collectonly and folders.in_scope(config, reads=True):
        config.stash[_SNAPSHOTS] = {each.name: _read(config, each) for each in config.stash[CHOSEN]}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the snapshots to a parallel run's worker, so that no database is asked twice."""
    if _SNAPSHOTS in node.config.stash:
        node.workerinput[_WORKER_INPUT] = pickle.dumps(node.config.stash[_SNAPSHOTS])


def _read(config: pytest.Config, environment: Environment) -> Snapshot:
    """Read one. Whatever is wrong with the database or a script ends the run with one sentence."""
    hooks = config.stash[PROJECT].hooks
    known = folders.folders_of(config).known
    # Only the security tests judge what the lint rules find.
    with_lints = not known or folders.in_scope(config, markers=["security"])
    try:
        if environment.is_live:
            from pgproof.postgres import live

            with live.connect(environment, hooks) as connection:
                return hooks.read(environment, connection, with_lints=with_lints)
        return _of_replica(config, environment, with_lints=with_lints)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _of_replica(config: pytest.Config, environment: Environment, *, with_lints: bool) -> Snapshot:
    templates = templates_of(config)
    import psycopg

    from pgproof import catalog

    with (
        templates.reading(environment, "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        catalog.begin_reading(connection)
        return config.stash[PROJECT].hooks.read(environment, connection, with_lints=with_lints)


@pytest.fixture(scope="session")
def snapshot(pytestconfig: pytest.Config, environment: Environment) -> Snapshot:
    """All that a read-only test may look at of one environment, such as its catalog."""
    return pytestconfig.stash[_SNAPSHOTS][environment.name]


@pytest.fixture(scope="session")
def snapshots(pytestconfig: pytest.Config) -> dict[str, Snapshot]:
    """The snapshots of all environments, by name; for tests that compare them."""
    return pytestconfig.stash[_SNAPSHOTS]


def titles(config: pytest.Config) -> dict[str, str]:
    """Return one line for each environment that this run reads: what is judged."""
    return {name: each.title for name, each in config.stash.get(_SNAPSHOTS, {}).items()}


def pytest_report_header(config: pytest.Config) -> list[str]:
    return list(titles(config).values())


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line says again what was judged, below pytest's own summary."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or not config.stash.get(_SNAPSHOTS, None):
        return
    if folders.lacks_an_environment(config) and folders.compares(config):
        only = config.stash[CHOSEN][0].name
        reporter.write_line(f"parity was left out: it compares environments, and only {only} was chosen")
    reporter.write_line("judged " + "; ".join(titles(config).values()))

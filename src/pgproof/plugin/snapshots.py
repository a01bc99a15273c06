"""The snapshots that read-only tests judge, each read once per run, and what the run prints about them.

Live databases are far away: they are read all at once, while pytest collects.
"""

from __future__ import annotations

import pickle
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from pgproof import background
from pgproof.errors import UsageError
from pgproof.plugin import changes, folders
from pgproof.plugin.options import CHOSEN, PROJECT
from pgproof.plugin.replicas import templates_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pgproof.environments import Environment
    from pgproof.snapshot import Snapshot

_SNAPSHOTS = pytest.StashKey[dict[str, "Snapshot"]]()
_BEGUN = pytest.StashKey[dict[str, "Future[Snapshot]"]]()
_SAID = pytest.StashKey[bool]()
_WORKER_INPUT = "pgproof_snapshots"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Read the snapshots, or take those that the controller of a parallel run sent."""
    config = session.config
    given = getattr(config, "workerinput", {}).get(_WORKER_INPUT)
    if given is not None:
        # Safe to unpickle: the controller of this very run sent it.
        config.stash[_SNAPSHOTS] = pickle.loads(given)  # noqa: S301
    elif not config.option.collectonly and _reads_at_once(config):
        _begin(config)
        if _is_parallel(config) or not any(each.is_live for each in config.stash[CHOSEN]):
            _snapshots(config)


def _reads_at_once(config: pytest.Config) -> bool:
    """Return whether snapshots are read before any test is collected.

    Without known folders only collected tests show what they read; but the controller of a parallel run collects none,
    and reads for all its workers.
    """
    if folders.folders_of(config).known:
        return folders.in_scope(config, reads=True)
    return _is_parallel(config)


def _is_parallel(config: pytest.Config) -> bool:
    return bool(config.getoption("dist", "no") != "no")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the snapshots if a collected test requests them; without such a test no server is started."""
    config = session.config
    if config.option.collectonly:
        return
    if _BEGUN in config.stash or (
        not folders.folders_of(config).known
        and any(folders.READING & set(getattr(item, "fixturenames", ())) for item in session.items)
    ):
        _snapshots(config)


def _begin(config: pytest.Config) -> dict[str, Future[Snapshot]]:
    """Begin to read the live databases, each in a thread of its own, and return what will come of it, by name."""
    if _BEGUN not in config.stash:
        live = [each for each in config.stash[CHOSEN] if each.is_live]
        ready = threading.Event()
        if live:
            # Here, so that a thread has nothing to do before it connects.
            import pgproof.postgres.live  # noqa: F401
        asked = [(each, _comparison(config, each)) for each in live]
        config.stash[_BEGUN] = {
            each.name: background.started(partial(_read, config, each, compare, ready)) for each, compare in asked
        }
        try:
            if live:
                # While they connect. What is imported later would be waited for in addition.
                config.stash[PROJECT].hooks.get_ready()
        finally:
            ready.set()
    return config.stash[_BEGUN]


def _snapshots(config: pytest.Config) -> dict[str, Snapshot]:
    """Return the snapshots of the chosen environments, by name, read at the first call. Raises pytest.UsageError."""
    if _SNAPSHOTS not in config.stash:
        begun = _begin(config)
        replicas = [each for each in config.stash[CHOSEN] if not each.is_live]
        found = {each.name: _read(config, each, _comparison(config, each)) for each in replicas}
        # What is wrong with each database is said at once.
        refused = [str(error) for each in begun.values() if isinstance(error := each.exception(), pytest.UsageError)]
        if refused:
            raise pytest.UsageError("\n".join(refused))
        found.update((name, each.result()) for name, each in begun.items())
        config.stash[_SNAPSHOTS] = {each.name: found[each.name] for each in config.stash[CHOSEN]}
    return config.stash[_SNAPSHOTS]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the snapshots to a parallel run's worker, so that no database is read twice."""
    if _SNAPSHOTS in node.config.stash:
        node.workerinput[_WORKER_INPUT] = pickle.dumps(node.config.stash[_SNAPSHOTS])


def _comparison(config: pytest.Config, environment: Environment) -> changes.Comparison:
    """Return what compares an environment with its record. Raises pytest.UsageError if that cannot be read."""
    try:
        return changes.comparison(config, environment)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _read(
    config: pytest.Config, environment: Environment, compare: changes.Comparison, ready: threading.Event | None = None
) -> Snapshot:
    """Read a snapshot. Raises pytest.UsageError, in one sentence, if the database or a script is at fault.

    ready: is set once everything is imported. Two threads that import one package with a cycle of its own, as pglast
    has, may find half of it.
    """
    hooks = config.stash[PROJECT].hooks
    known = folders.folders_of(config).known
    # Only the security tests judge what the lint rules find.
    with_lints = not known or folders.in_scope(config, markers=["security"])
    try:
        if environment.is_live:
            from pgproof.postgres import live

            with live.reading(environment, hooks) as (connection, advice):
                if ready is not None:
                    ready.wait()
                # First, as a project's hooks may change the settings of the session.
                changed = compare(connection)
                found = hooks.read(environment, connection, with_lints=with_lints)
                return replace(found, changes=changed, advice=(*found.advice, *advice))
        return _of_replica(config, environment, compare, with_lints=with_lints)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _of_replica(
    config: pytest.Config, environment: Environment, compare: changes.Comparison, *, with_lints: bool
) -> Snapshot:
    templates = templates_of(config)
    import psycopg

    from pgproof import catalog
    from pgproof.postgres import reach

    with (
        templates.reading(environment, "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        catalog.begin_reading(connection)
        try:
            changed = compare(connection)
            found = config.stash[PROJECT].hooks.read(environment, connection, with_lints=with_lints)
            return replace(found, changes=changed)
        except psycopg.Error as error:
            raise reach.answered(error, f"the replica of {environment.name}") from None


@pytest.fixture(scope="session")
def snapshot(pytestconfig: pytest.Config, environment: Environment) -> Snapshot:
    """All that a read-only test may look at of one environment, such as its catalog."""
    return _snapshots(pytestconfig)[environment.name]


@pytest.fixture(scope="session")
def snapshots(pytestconfig: pytest.Config) -> dict[str, Snapshot]:
    """The snapshots of all environments, by name; for tests that compare them."""
    return _snapshots(pytestconfig)


def titles(config: pytest.Config) -> dict[str, str]:
    """Return the title of each environment that this run has read, by name."""
    return {name: each.title for name, each in config.stash.get(_SNAPSHOTS, {}).items()}


def advice(config: pytest.Config) -> dict[str, tuple[str, ...]]:
    """Return what the owner of each environment that this run has read should know, by the environment's name."""
    return {name: each.advice for name, each in config.stash.get(_SNAPSHOTS, {}).items()}


def _header(config: pytest.Config) -> list[str]:
    said = [f"{name}: advice: {sentence}" for name, sentences in advice(config).items() for sentence in sentences]
    return [*titles(config).values(), *said]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return the lines that say what is judged, as far as it was read by now, and what its owner should know."""
    config.stash[_SAID] = _SNAPSHOTS in config.stash
    return _header(config) or [f"{name}: live database, read-only" for name in config.stash.get(_BEGUN, {})]


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Return the lines that say what is judged, where it was read too late for the header."""
    return [] if config.stash.get(_SAID, _reads_at_once(config)) else _header(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print again what was judged, as the last line, below pytest's own summary."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or not config.stash.get(_SNAPSHOTS, None):
        return
    if folders.lacks_an_environment(config) and folders.compares(config):
        only = config.stash[CHOSEN][0].name
        reporter.write_line(f"parity was left out: it compares environments, and only {only} was chosen")
    reporter.write_line("judged " + "; ".join([*titles(config).values(), *changes.missing(config)]))

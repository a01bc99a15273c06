"""A run on a replica that is not the whole real schema, or has no rows to judge by, is never green."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pgproof.environments import judged_by
from pgproof.plugin.options import CHOSEN
from pgproof.plugin.replicas import used_templates

if TYPE_CHECKING:
    from collections.abc import Iterable

_JUDGED = pytest.StashKey[set[str]]()
_LINES = pytest.StashKey[dict[str, None]]()
_WORKER_OUTPUT = "pgproof_inconclusive"
# Fixtures that hold all chosen environments.
_ALL = "snapshots"


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing judged."""
    config.stash[_JUDGED] = set()
    config.stash[_LINES] = {}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note which environments' replicas the test judges."""
    judged = item.config.stash[_JUDGED]
    if _ALL in getattr(item, "fixturenames", ()):
        judged |= {each.name for each in item.config.stash[CHOSEN] if not each.is_live}
    environment = judged_by(item)
    if environment is not None and not environment.is_live:
        judged.add(environment.name)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make a run that would be green fail if it could not judge everything; a worker tells its controller."""
    config = session.config
    judged, lines = config.stash[_JUDGED], config.stash[_LINES]
    lines.update(dict.fromkeys(_found(config)))
    if hasattr(config, "workeroutput"):
        # What the controller has read for its workers, it knows better.
        config.workeroutput[_WORKER_OUTPUT] = list(judged), list(lines)
    elif lines and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker found."""
    told, lines = getattr(node, "workeroutput", {}).get(_WORKER_OUTPUT, ((), ()))
    node.config.stash[_JUDGED].update(told)
    node.config.stash[_LINES].update(dict.fromkeys(lines))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what could not be judged."""
    if config.stash[_LINES]:
        terminalreporter.section("inconclusive")
        for line in config.stash[_LINES]:
            terminalreporter.write_line(line)


def _found(config: pytest.Config) -> Iterable[str]:
    templates = used_templates(config)
    unfit = {} if templates is None else templates.unfit
    for environment in config.stash[CHOSEN]:
        name = environment.name
        if name in config.stash[_JUDGED]:
            yield from (f"{name}: not copied from the real schema: {line}" for line in environment.not_copied)
            yield from (f"{name}: {_told(line)}" for line in unfit.get(name, ()))


def _told(line: str) -> str:
    # Imported late: most runs have nothing to tell.
    from pgproof.adoption.baselines import LACKING

    return line if line.startswith(LACKING) else f"no sample rows: {line}"

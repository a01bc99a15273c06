"""What changed since the record: `--recorded FOLDER`, and the fixture `changes_since_record`.

A live database is compared if there is a record of it, a replica only if --recorded asks for it. A test that requests
the fixture is deselected for every environment that is not compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pgproof.environments import judged_by
from pgproof.errors import UsageError
from pgproof.plugin.options import CHOSEN, PROJECT
from pgproof.project import RECORDED

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from pgproof.environments import Environment
    from pgproof.record.folder import Place
    from pgproof.snapshot import Snapshot

    Comparison = Callable[[psycopg.Connection[Any]], tuple[str, ...] | None]

_FIXTURE = "changes_since_record"


class Changes(NamedTuple):
    """What changed in an environment since its record. lines: one for each change. where: the record's folder.

    command: records it again.
    """

    environment: str
    lines: tuple[str, ...]
    where: Path
    command: str

    def __str__(self) -> str:
        count = sum(not line.startswith("note: ") for line in self.lines)
        changes = "1 change" if count == 1 else f"{count} changes"
        return "\n".join(
            [
                f"{self.environment}: {changes} since it was recorded in {self.where}",
                *(f"  {line}" for line in self.lines),
                "  usually: the database was changed by hand, or by a migration that nobody recorded",
                f"  to do:   if it is meant, record again and review the diff: {self.command}",
            ]
        )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder that is not there. Raises pytest.UsageError."""
    folder = _folder(config)
    if config.option.recorded is not None and not folder.is_dir():
        raise pytest.UsageError(f"there is no folder {folder}; `record` makes one, or leave out --recorded")


def _folder(config: pytest.Config) -> Path:
    named = config.option.recorded
    return config.stash[PROJECT].root / RECORDED if named is None else Path(config.invocation_params.dir, named)


def _may_be_compared(config: pytest.Config, environment: Environment) -> bool:
    return environment.is_live or config.option.recorded is not None


def _place(config: pytest.Config, environment: Environment) -> Place | None:
    """Return where the record of an environment is; None if this run does not compare it with one."""
    if not _may_be_compared(config, environment) or not _folder(config).is_dir():
        return None
    place = _place_of(config, environment)
    return place if place.exists else None


def _place_of(config: pytest.Config, environment: Environment) -> Place:
    from pgproof.record.folder import Place

    how = "live" if environment.is_live else "replica"
    return Place.of(config.stash[PROJECT], _folder(config), environment.name, how)


def comparison(config: pytest.Config, environment: Environment) -> Comparison:
    """Return a function that reads everything by a connection and returns what changed, None without a record.

    Raises UsageError if the record cannot be read.
    """
    place = _place(config, environment)
    if place is None:
        return lambda _: None
    from pgproof import catalog, record

    recorded = place.read()

    def compare(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
        # Not read(): what comes next on this connection is a pipeline.
        now = record.of(catalog.told(connection, catalog.ask(connection)), config.stash[PROJECT])
        changed = record.changes(recorded, now)
        return (*changed, *(f"note: {note}" for note in record.notes(recorded, now))) if changed else ()

    return compare


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the comparison of an environment that has no record: it would pass without having seen anything."""
    left_out = [
        item
        for item in items
        if _FIXTURE in getattr(item, "fixturenames", ())
        and (environment := judged_by(item)) is not None
        and _place(config, environment) is None
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def changes_since_record(pytestconfig: pytest.Config, environment: Environment, snapshot: Snapshot) -> Changes:
    """What changed in the environment since it was recorded."""
    place = _place(pytestconfig, environment)
    if place is None or snapshot.changes is None:
        raise UsageError(f"{environment.name} was not compared with a record")
    return Changes(environment.name, snapshot.changes, place.path, place.command)


def missing(config: pytest.Config) -> list[str]:
    """Return a line on each environment that would have been compared if it had a record."""
    return [
        f"{each.name}: no record; {_place_of(config, each).command} makes one"
        for each in config.stash[CHOSEN]
        if _may_be_compared(config, each) and _place(config, each) is None
    ]

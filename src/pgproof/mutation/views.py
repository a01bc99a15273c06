"""What a part of the suite alone would notice of a mutant, such as a run that can only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof import record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import pytest

    from pgproof.catalog import Catalog
    from pgproof.project import Project


@dataclass(frozen=True)
class View:
    """A part of the suite that has a score of its own.

    name: the heading of its column. covers: whether a test that reads a snapshot belongs to it. recorded: whether what
    differs from a record of the unchanged database counts as noticed, too.
    """

    name: str
    covers: Callable[[pytest.Item], bool]
    recorded: bool = False


def seen(
    views: Sequence[View],
    reading: Sequence[pytest.Item],
    failed: Collection[str],
    catalogs: tuple[Catalog, Catalog],
    project: Project,
) -> dict[str, bool]:
    """Return whether each view notices a mutant, by its name.

    reading: the tests that read the snapshot with the mutant. failed: the node ids of those that failed. catalogs:
    without the mutant and with it.
    """
    ours = [item for item in reading if item.nodeid in failed]
    found = {}
    for view in views:
        found[view.name] = any(map(view.covers, ours))
        if view.recorded and not found[view.name]:
            before, now = (record.of(each, project) for each in catalogs)
            found[view.name] = bool(record.changes(before, now))
    return found

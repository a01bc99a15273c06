"""What a part of the suite alone would notice of a mutant, such as a run that can only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof import record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import pytest

    from pgproof.mutation import Mutant
    from pgproof.project import Project
    from pgproof.snapshot import Snapshot


@dataclass(frozen=True)
class View:
    """A part of the suite that has a score of its own.

    name: the heading of its column. covers: whether a test that reads a snapshot belongs to it. recorded: whether what
    differs from a record of the unchanged database counts as noticed, too. judges: what notices by other means than
    tests, given the snapshots without the mutant and with it.
    """

    name: str
    covers: Callable[[pytest.Item], bool]
    recorded: bool = False
    judges: Callable[[Snapshot, Snapshot, Mutant], bool] | None = None


def seen(
    views: Sequence[View],
    reading: Sequence[pytest.Item],
    failed: Collection[str],
    snapshots: tuple[Snapshot, Snapshot],
    mutant: Mutant,
    *,
    project: Project,
) -> dict[str, bool]:
    """Return whether each view notices a mutant, by its name.

    reading: the tests that read the snapshot with the mutant. failed: the node ids of those that failed. snapshots:
    without the mutant and with it.
    """
    ours = [item for item in reading if item.nodeid in failed]
    found = {}
    for view in views:
        found[view.name] = any(map(view.covers, ours))
        if view.recorded and not found[view.name]:
            before, now = (record.of(each.catalog, project) for each in snapshots)
            found[view.name] = bool(record.changes(before, now))
        if view.judges is not None and not found[view.name]:
            found[view.name] = view.judges(*snapshots, mutant)
    return found

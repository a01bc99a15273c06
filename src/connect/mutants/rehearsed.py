"""Whether a rehearsal would tell a mutant, were its change an up script: as a finding, or in the list of what changed.

It judges the snapshots that the mutation run has read anyhow. A list that nobody reads tells less than a finding.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from connect.project import PROJECT
from pgproof.catalog import differences
from pgproof.rehearsal.leaving import judging, ruling
from pgproof.rehearsal.leaving.readings import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connect.mutants import Mutant
    from pgproof.rehearsal.leaving.judging import Cause
    from pgproof.snapshot import Snapshot


def found(before: Snapshot, after: Snapshot, mutant: Mutant) -> bool:
    """Return whether something that held before the change does not after it, by the rehearsal's judgement."""
    return bool(causes(before, after, mutant.change))


def listed(before: Snapshot, after: Snapshot, mutant: Mutant) -> bool:
    """Return whether a rehearsal lists that the change changed anything: of the schema, or of rows."""
    if next(differences.between(before.catalog, after.catalog), None) is not None:
        return True
    # Rows are in no catalog; what counts them is.
    return mutant.name.startswith("data-") or found(before, after, mutant)


def causes(before: Snapshot, after: Snapshot, change: str) -> Sequence[Cause]:
    """Return what is worse after a change. change: its SQL."""
    rules = ruling.by_name(PROJECT.hooks.rules)
    return judging.judge(_reading(before), _reading(after), [change], rules).causes


class _Same:
    """A snapshot as the key of a cache: it holds mappings, which have no hash."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.snapshot is self.snapshot

    def __hash__(self) -> int:
        return id(self.snapshot)


@lru_cache(maxsize=4)
def _read(same: _Same) -> Reading:
    snapshot = same.snapshot
    return Reading(snapshot.catalog, {}, snapshot.violations or (), PROJECT.hooks.broken(snapshot))


def _reading(snapshot: Snapshot) -> Reading:
    return _read(_Same(snapshot))

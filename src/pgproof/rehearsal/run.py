"""One run of the checks: what each of them gets, and what came of those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.rehearsal.config import Config
    from pgproof.rehearsal.findings import Result
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script


@dataclass
class Run:
    """What every check gets.

    bad: scripts that make bad data. result: with what the checks before this one found.
    """

    config: Config
    rehearsal: Rehearsal
    bad: Sequence[Script]
    result: Result

    @property
    def way(self) -> list[Script]:
        """All scripts in the order in which they run: up, then down."""
        return [*self.rehearsal.ups, *self.rehearsal.downs]

    def failed(self, *names: str) -> bool:
        """Return whether one of these checks did not hold."""
        return any(self.result.checks.get(name) == "did not hold" for name in names)

    def found(self, *names: str) -> bool:
        """Return whether there is a finding of one of these names."""
        return any(each.name in names for each in self.result.findings)

"""What a measurement says of us beside what a user would pick: ahead, level or behind, and why if it is not ahead.

Every word that depends on an outcome is chosen by the figures of this run, so no page can claim what was not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

AHEAD, LEVEL, BEHIND = "ahead", "level", "behind"
_NAMED = 6


@dataclass(frozen=True)
class Beside:
    """Our time or memory beside a rival's, of the same rounds. Less is better.

    rival: its name. what: was measured, such as "time, 500 tables". because: what else was measured that explains the
    outcome, said where we are not ahead.
    """

    rival: str
    what: str
    ours: Sequence[float]
    theirs: Sequence[float]
    because: str

    @property
    def ratio(self) -> float:
        """Our median by theirs."""
        return median(self.ours) / median(self.theirs)

    @property
    def outcome(self) -> str:
        """Ahead or behind if every round says so, else level."""
        ratios = [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]
        if max(ratios) < 1:
            return AHEAD
        return BEHIND if min(ratios) > 1 else LEVEL

    @property
    def figure(self) -> str:
        """The ratio as a text."""
        return f"{self.ratio:.2f}" if self.ratio < 10 else f"{self.ratio:.0f}"

    @property
    def verdict(self) -> str:
        """The outcome, and why where it is not the best one."""
        return self.outcome if self.outcome == AHEAD else f"{self.outcome}: {self.because}"


@dataclass(frozen=True)
class Told:
    """What each tells of the same things. ours, theirs: those told. of: how many there are.

    what: the things, such as "single changes". false_alarms: ours and theirs, None if nothing could be told wrongly.
    """

    rival: str
    what: str
    ours: Collection[str]
    theirs: Collection[str]
    of: int
    false_alarms: tuple[Collection[str], Collection[str]] | None = None

    @property
    def outcome(self) -> str:
        """Ahead if we tell more and are wrong less often, or one of both and the other alike."""
        more = len(self.ours) - len(self.theirs)
        wrong = 0 if self.false_alarms is None else len(self.false_alarms[1]) - len(self.false_alarms[0])
        if more == wrong == 0:
            return LEVEL
        if min(more, wrong) >= 0:
            return AHEAD
        return BEHIND

    @property
    def figure(self) -> str:
        """Both counts as a text."""
        counts = f"{len(self.ours)} to {len(self.theirs)} of {self.of}"
        if self.false_alarms is None:
            return counts
        return f"{counts}, false alarms {len(self.false_alarms[0])} to {len(self.false_alarms[1])}"

    @property
    def verdict(self) -> str:
        """The outcome, and what only the rival tells or only we are wrong about."""
        if self.outcome == AHEAD:
            return AHEAD
        if self.outcome == LEVEL:
            return f"{LEVEL}: both tell {'all' if len(self.ours) == self.of else 'as many'}"
        reasons = []
        if missed := sorted(set(self.theirs) - set(self.ours)):
            reasons.append(f"only {self.rival} tells {_some(missed)}")
        if self.false_alarms is not None and (wrong := sorted(set(self.false_alarms[0]) - set(self.false_alarms[1]))):
            reasons.append(f"only we are wrong about {_some(wrong)}")
        return f"{BEHIND}: {'; '.join(reasons)}"


@dataclass(frozen=True)
class Absent:
    """A rival without figures. why: it has none, and what to do about it."""

    rival: str
    what: str
    why: str

    figure = ""

    @property
    def verdict(self) -> str:
        """Why there is nothing to judge."""
        return f"not compared: {self.why}"


Verdict = Beside | Told | Absent


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"

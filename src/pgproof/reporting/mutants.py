"""What deliberate defects show of the checks: the score of the suite, of each part of it, and what nobody can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.mutation import scores
from pgproof.reporting import results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pgproof.mutation.scores import Row, Unseen
    from pgproof.reporting.results import Result

SUITE = "suite"


@dataclass(frozen=True)
class Score:
    """How many defects one part of the tests notices. name: its column."""

    name: str
    caught: int
    of: int


@dataclass(frozen=True)
class Section:
    """What the page shows.

    all: the verdicts. survived: those that the suite missed. parts: the score of each part of the tests. kinds, total:
    the rows of the table; views: its further columns. live: by environment, how many defects of the criteria a live
    run notices, on whatever project.
    """

    all: Sequence[Mapping[str, Any]]
    survived: Sequence[Mapping[str, Any]]
    views: Sequence[str]
    parts: Sequence[Score]
    kinds: Sequence[Row]
    total: Row
    unseen: Sequence[Unseen]
    live: Sequence[Mapping[str, Any]]
    no_reason: str = scores.NO_REASON


def section(everything: Sequence[Result]) -> Section | None:
    """Return what the defects of some runs show, None if none was made."""
    found, live = (results.facts(everything, name) for name in ("mutant", "live score"))
    if not found and not live:
        return None
    views, total = scores.views(found), scores.total(found)
    looked = sum(bool(each.get("seen")) for each in found)
    return Section(
        found,
        [each for each in found if each["survived"]],
        views,
        [
            *([Score(SUITE, total.caught, total.mutants)] if found else []),
            *(Score(name, total.seen[name], looked) for name in views),
        ],
        scores.by_kind(found),
        total,
        scores.unseen(found),
        live,
    )

"""What is worse after some scripts than before: one item for each cause, with what else does not hold because of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pgproof.rehearsal.leaving import ambiguous, publishing, remade, ruling, tables, unfinished
from pgproof.rehearsal.leaving.sides import Sides, Worse, bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.lints import Rule
    from pgproof.rehearsal.leaving.readings import Reading

# So many consequences are told one by one.
_TOLD = 3


class Judged(NamedTuple):
    """What came of it. causes: each with its consequences. told: what is only worth knowing."""

    causes: list[Cause]
    told: list[Worse]


class Cause(NamedTuple):
    """Something that is worse, what follows from it, and what is worse in the same way, with the same remedy."""

    worse: Worse
    follows: list[Worse]
    likewise: list[Worse]

    @property
    def what(self) -> str:
        """The cause, its consequences and its like, in words."""
        return f"{self.worse.what}{_listed('so that', self.follows)}{_listed('likewise', self.likewise)}"


def _listed(how: str, those: Sequence[Worse]) -> str:
    if not those:
        return ""
    more = f"; and {len(those) - _TOLD} more" if len(those) > _TOLD else ""
    return f" ({how}: {'; '.join(each.what for each in those[:_TOLD])}{more})"


def judge(before: Reading, after: Reading, texts: Sequence[str], rules: Mapping[str, Rule]) -> Judged:
    """Return what held before and does not after. texts: of the statements between. rules: of the linter, by name."""
    sides = Sides(before.catalog, after.catalog, tuple(texts), before.numbers, after.numbers)
    causes = [Cause(each, [], []) for each in general(sides)]
    told = []
    # What one rule says does not follow from what another one says, but from what is worse in any database.
    explaining = tuple(causes)
    for each, fails in ruling.worse(sides, before.violations, after.violations, rules):
        if fails:
            _place(each, causes, explaining)
        else:
            told.append(each)
    # Of criteria that nothing else explains, those that one statement mends have one cause.
    for each in _criteria(before, after):
        _place(each, causes, causes)
    return Judged(causes, told)


def general(sides: Sides) -> Iterator[Worse]:
    """Yield what is worse in any database, each cause once."""
    for part in (remade, tables, publishing, unfinished, ambiguous):
        yield from part.worse(sides)


def _criteria(before: Reading, after: Reading) -> Iterator[Worse]:
    if before.broken is None:
        return
    if after.broken is None:
        why = after.unread or "the tables that they are about are gone"
        yield Worse("", f"the project's criteria cannot be judged any more: {why}", "keep what they are about")
        return
    there = {each.criterion for each in before.broken}
    for each in after.broken:
        if each.criterion not in there:
            yield Worse(each.subject, each.what, each.to_do)


def _place(worse: Worse, causes: list[Cause], explaining: Sequence[Cause]) -> None:
    """Add something to the cause that it follows from; else it is one itself. explaining: those that may be it."""
    for cause in causes:
        same = any(cause is each for each in explaining) and _concerns(worse, cause.worse.subject)
        if same or worse.to_do == cause.worse.to_do:
            (cause.follows if same else cause.likewise).append(worse)
            return
    causes.append(Cause(worse, [], []))


def _concerns(worse: Worse, subject: str) -> bool:
    if not subject:
        return False
    if worse.subject:
        return worse.subject == subject or worse.subject.partition("(")[0] == subject.partition("(")[0]
    return re.search(rf"(?<!\w){re.escape(bare(subject))}(?!\w)", f"{worse.what} {worse.to_do}") is not None

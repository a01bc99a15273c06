"""Collects the scripts of a migration as its runner runs them, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.migrations.loading import load
from pgproof.scripts.script import Script, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pgproof.migrations.runners import Runner
    from pgproof.migrations.sources import Source, Step

EMPTY = ("empty-file", "commented-out")


@dataclass
class Migration:
    """A migration as its runner runs it: scripts, and what could not be read.

    before: the ups that belong to the baseline. pairs: each up with its own down, empty unless every one has one.
    one_way: the files without a way back, if others have one; all: whether none has one. broken: whether an up, and
    broken_back: whether a down cannot be run. unread: one sentence on each migration that is not SQL.
    hollow: steps whose way up is empty. of_psql: what needs psql, where the runner has it.
    """

    runner: Runner
    before: list[Script] = field(default_factory=list)
    ups: list[Script] = field(default_factory=list)
    downs: list[Script] = field(default_factory=list)
    pairs: list[tuple[Script, Script]] = field(default_factory=list)
    problems: list[Unreadable] = field(default_factory=list)
    one_way: list[Path] = field(default_factory=list)
    no_way_back: bool = False
    broken: bool = False
    broken_back: bool = False
    notes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    hollow: set[Step] = field(default_factory=set, repr=False)
    of_psql: list[Unreadable] = field(default_factory=list, repr=False)


def apply(steps: Sequence[Step], whole: Migration) -> None:
    """Add the ways up of what comes before the judged part. An empty one does nothing there either."""
    for step in steps:
        script = loaded(step.up, whole, judged=False)
        whole.before += [] if script is None else [script]
    whole.problems = [each for each in whole.problems if each.name not in EMPTY]


def loaded(source: Source, whole: Migration, *, judged: bool = True) -> Script | None:
    """Return a script as the runner runs it; None for one that cannot be run, which is added to the problems."""
    try:
        return load(source, whole.runner, whole.notes, judged=judged)
    except Unreadable as problem:
        own = whole.runner.name == "sqitch" and problem.name == "psql-meta-command"
        (whole.of_psql if own else whole.problems).append(problem)
        return None


def sum_up(whole: Migration) -> None:
    """Leave one problem or sentence for what has the same cause in many scripts."""
    _sum_up_templates(whole)
    _sum_up_psql(whole)


def _sum_up_psql(whole: Migration) -> None:
    """Leave one sentence on everything that sqitch has psql do: that is no fault, and yet it cannot be rehearsed."""
    if whole.of_psql:
        first, more = whole.of_psql[0], len(whole.of_psql) - 1
        place = str(first.path) if first.line is None else f"{first.path}:{first.line}"
        others = f", and so do {more} more of the scripts" if more else ""
        whole.unread.append(
            f"{place} needs psql ({first.what}){others}; {whole.runner.name} has it, and the rehearsal runs SQL alone:"
            " rehearse copies with the SQL that stands for it"
        )


def _sum_up_templates(whole: Migration) -> None:
    """Leave one problem for all templates: they have the same cause."""
    templates = [each for each in whole.problems if each.name == "template"]
    if len(templates) > 1:
        templates[0].what += f"; {len(templates) - 1} more of the scripts are templates, too"
        whole.problems = [each for each in whole.problems if each not in templates[1:]]

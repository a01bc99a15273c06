"""Reads the migrations of a project as its own tool would run them: from a folder, single files or pairs of files.

`folders` holds the layouts, `halves` the files with both ways in them, `runners` how each tool runs a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pgproof.migrations import beginning, files, names
from pgproof.migrations.loading import load
from pgproof.migrations.runners import PSQL, RUNNERS, Runner
from pgproof.scripts.script import Script, Unreadable, contents, parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pgproof.migrations.sources import Found, Source, Step

__all__ = ["RUNNERS", "Baseline", "Migration", "baseline", "read"]

_EMPTY = ("empty-file", "commented-out")


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


@dataclass
class Baseline:
    """What a baseline's files hold: scripts, in order, and what cannot be read.

    unread: one sentence on each earlier migration that is not SQL, so that what it does is missing.
    """

    scripts: list[Script] = field(default_factory=list)
    problems: list[Unreadable] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(
    ups: Sequence[Path],
    downs: Sequence[Path],
    *,
    runner: str | None = None,
    start: str | None = None,
    one_way: bool = False,
) -> Migration:
    """Return the migration in these files and folders.

    runner: its name, by default what the files speak of, else psql. start: where the part that is judged begins, a
    number or the name of a migration. one_way: nothing is to be undone. Raises UsageError.
    """
    found = files.ups(ups)
    chosen = RUNNERS[runner or found.layout or PSQL]
    whole = Migration(chosen, notes=found.notes, unread=found.unread)
    if runner is None and found.layout is not None:
        whole.notes.append(
            f"run as {chosen.name} does, {chosen.manner}: the files suggest it, and --runner says otherwise"
        )
    steps, together = _paired(found, downs, whole)
    place = beginning.place(steps, start, whole.notes)
    _apply(steps[:place], whole)
    whole.broken = bool(whole.problems or whole.of_psql)
    _up(steps[place:], whole)
    if not one_way:
        _back(steps[place:], together, whole)
    _sum_up_templates(whole)
    _sum_up_psql(whole)
    return whole


def baseline(given: Sequence[Path]) -> Baseline:
    """Return what is in the files of a baseline, dumps among them. A folder stands for its ways up.

    Raises UsageError for a folder that holds no migrations.
    """
    whole = Baseline()
    for path in given:
        if path.is_dir():
            found = files.ups([path])
            earlier = Migration(RUNNERS[found.layout or PSQL], notes=found.notes, unread=found.unread)
            _apply(found.steps, earlier)
            _sum_up_templates(earlier)
            _sum_up_psql(earlier)
            whole.scripts += earlier.before
            whole.problems += earlier.problems
            whole.unread += earlier.unread
            whole.notes += [f"in the baseline, {each}" for each in earlier.notes]
            continue
        try:
            whole.scripts.append(parse(path, contents(path), dump=True))
        except Unreadable as problem:
            # Also an empty one: somebody named it, so it is perhaps a dump that went wrong.
            whole.problems.append(problem)
    return whole


def _paired(found: Found, downs: Sequence[Path], whole: Migration) -> tuple[list[Step], list[Source]]:
    """Return the steps with their own ways down, and those that undo all steps together, as given."""
    steps = found.steps
    given = files.downs([each for each in downs if not _has_own(each, steps)])
    if not given:
        return steps, found.downs
    # What somebody names as a way down is none of the ways up of a folder, whatever it is called there.
    undoing = {each.path.absolute() for each in given}
    both = [step for step in steps if step.up.path.absolute() in undoing]
    if both and len(both) < len(steps):
        steps = [step for step in steps if step not in both]
        named = ", ".join(step.name for step in both)
        whole.notes.append(f"given as ways down, and so not run as ways up: {named}")
    own = names.pairs([step.up.path for step in steps], [each.path for each in given])
    if own is None:
        return [replace(step, down=None) for step in steps], given
    if own != list(reversed(range(len(own)))):
        order = ", ".join(str(given[place].path) for place in reversed(own))
        whole.notes.append(f"the down scripts are run in the order that undoes the up scripts, not as given: {order}")
    return [replace(step, down=given[place]) for step, place in zip(steps, own, strict=True)], []


def _has_own(path: Path, steps: Sequence[Step]) -> bool:
    """Return whether what was given as a way down was read with the ways up: the same folder, or the same file."""
    known = [step.up.path for step in steps if step.down is not None and step.down.path == step.up.path]
    if path.is_dir():
        return any(path in step.up.path.parents for step in steps)
    return path in known


def _apply(steps: Sequence[Step], whole: Migration) -> None:
    """Add the ways up of what comes before the judged part. An empty one does nothing there either."""
    for step in steps:
        script = _script(step.up, whole, judged=False)
        whole.before += [] if script is None else [script]
    whole.problems = [each for each in whole.problems if each.name not in _EMPTY]


def _up(steps: Sequence[Step], whole: Migration) -> None:
    """Add the ways up. One of many that is empty is left out: a tool runs it, too, and nothing happens."""
    for step in steps:
        before = len(whole.problems)
        script = _script(step.up, whole)
        if script is not None:
            whole.ups.append(script)
        elif whole.runner.name != PSQL and len(steps) > 1 and any(e.name in _EMPTY for e in whole.problems[before:]):
            whole.notes.append(f"left out, since it {whole.problems.pop().what}: {step.up.path}")
            whole.hollow.add(step)
        else:
            whole.broken = True


def _back(steps: Sequence[Step], together: Sequence[Source], whole: Migration) -> None:
    """Add the ways down, the last one first, and pair them; or say which steps have none."""
    if together:
        found = [_script(each, whole) for each in together]
        whole.broken_back = None in found
        whole.downs = [each for each in found if each is not None]
        if len(steps) == len(found) == 1 and whole.ups and whole.downs:
            whole.pairs = [(whole.ups[0], whole.downs[0])]
        return
    scripts: list[Script] = []
    # Of a file that cannot be read nobody knows whether it holds a way back.
    steps = [step for step in steps if step not in whole.hollow and step.up.problem is None]
    for step in steps:
        before = len(whole.problems)
        script = None if step.down is None else _script(step.down, whole)
        hollow = whole.runner.name != PSQL and any(each.name in _EMPTY for each in whole.problems[before:])
        if hollow:
            # Tools make this half of a file, or this file, whether anybody writes it or not.
            del whole.problems[before:]
        if step.down is None or hollow:
            whole.one_way.append(step.up.path)
        elif script is None:
            whole.broken_back = True
        else:
            scripts.append(script)
    whole.no_way_back = bool(steps) and len(whole.one_way) == len(steps)
    if whole.one_way or whole.broken_back:
        return
    whole.downs = scripts[::-1]
    if len(whole.ups) == len(scripts):
        whole.pairs = list(zip(whole.ups, scripts, strict=True))


def _script(source: Source, whole: Migration, *, judged: bool = True) -> Script | None:
    """Return a script as the runner runs it; None for one that cannot be run, which is added to the problems."""
    try:
        return load(source, whole.runner, whole.notes, judged=judged)
    except Unreadable as problem:
        own = whole.runner.name == "sqitch" and problem.name == "psql-meta-command"
        (whole.of_psql if own else whole.problems).append(problem)
        return None


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

"""Reads the migrations of a project as its own tool would run them: from a folder, single files or pairs of files.

`folders` holds the layouts, `halves` the files with both ways in them, `runners` how each tool runs a file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pgproof.migrations import beginning, collecting, files, names, orms
from pgproof.migrations.baselines import Baseline, baseline
from pgproof.migrations.collecting import EMPTY, Migration
from pgproof.migrations.runners import PSQL, RUNNERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pgproof.migrations.sources import Found, Source, Step
    from pgproof.scripts.script import Script

__all__ = ["RUNNERS", "Baseline", "Migration", "baseline", "read"]


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
    collecting.apply(steps[:place], whole)
    whole.broken = bool(whole.problems or whole.of_psql)
    _up(steps[place:], whole)
    if not one_way:
        _back(steps[place:], together, whole)
    collecting.sum_up(whole)
    if chosen.name == "drizzle":
        whole.unread += orms.labels_too_early(whole.ups)
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


def _up(steps: Sequence[Step], whole: Migration) -> None:
    """Add the ways up. One of many that is empty is left out: a tool runs it, too, and nothing happens."""
    for step in steps:
        before = len(whole.problems)
        script = collecting.loaded(step.up, whole)
        if script is not None:
            whole.ups.append(script)
        elif whole.runner.name != PSQL and len(steps) > 1 and any(e.name in EMPTY for e in whole.problems[before:]):
            whole.notes.append(f"left out, since it {whole.problems.pop().what}: {step.up.path}")
            whole.hollow.add(step)
        else:
            whole.broken = True


def _back(steps: Sequence[Step], together: Sequence[Source], whole: Migration) -> None:
    """Add the ways down, the last one first, and pair them; or say which steps have none."""
    if together:
        found = [collecting.loaded(each, whole) for each in together]
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
        script = None if step.down is None else collecting.loaded(step.down, whole)
        hollow = whole.runner.name != PSQL and any(each.name in EMPTY for each in whole.problems[before:])
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

"""Judges what the up scripts leave behind: what held before them and does not any more, and what they changed.

A chain is judged at its end: a later script may mend what an earlier one left. listing: what changed. judging: one
cause for what is worse. tables, publishing, unfinished, remade, ambiguous: what is worse in any database. ruling: by
the linter. readings: by what.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.rehearsal import findings
from pgproof.rehearsal.leaving import listing, readings, ruling
from pgproof.rehearsal.leaving.judging import judge
from pgproof.rehearsal.leaving.sides import bare
from pgproof.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from pgproof.hooks import Hooks
    from pgproof.rehearsal.findings import Finding, Result
    from pgproof.rehearsal.leaving.readings import Reading
    from pgproof.rehearsal.leaving.sides import Worse
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script

_WORSE, _RULE = "leaves-worse", "breaks-a-rule"


def leaves(rehearsal: Rehearsal, hooks: Hooks, result: Result) -> Iterator[Finding]:
    """Yield a finding for each cause by which something is worse after all up scripts than before them.

    The result gets the list of changes, and notes on what is only worth knowing.
    """
    changed = listing.changes(rehearsal)
    result.measured["changes"] = changed
    if not any(each["changes"] for each in changed):
        return
    before, after = (_read(rehearsal, scripts, hooks) for scripts in ((), rehearsal.ups))
    if before.unread is not None:
        result.notes.append(f"the project's criteria were not judged, as the baseline cannot be read: {before.unread}")
    texts = [statement.text for script in rehearsal.ups for statement in script.statements]
    judged = judge(before, after, texts, ruling.by_name(hooks.rules))
    scrub = Scrubber()
    result.notes += map(scrub.text, _told(judged.told))
    for cause in judged.causes:
        script = _blamed(cause.worse, changed, rehearsal.ups)
        name = _RULE if cause.worse.rule else _WORSE
        yield findings.about(name, script.path, scrub.text(cause.what), scrub.text(cause.worse.to_do))


def _told(told: Sequence[Worse]) -> Iterator[str]:
    """Yield one note for each rule that only tells: what it says of the first of the new things, and of how many."""
    by_rule: dict[str, list[Worse]] = {}
    for each in told:
        by_rule.setdefault(each.rule, []).append(each)
    for first, *others in by_rule.values():
        more = f" (and {len(others)} more)" if others else ""
        yield f"the linter says of what is new: {first.what}{more}; to do: {first.to_do}"


def _read(rehearsal: Rehearsal, scripts: Sequence[Script], hooks: Hooks) -> Reading:
    known = rehearsal.state_after(scripts).catalog
    with rehearsal.after(scripts) as database:
        return readings.read(database.observer(), known, hooks)


def _blamed(worse: Worse, changed: Sequence[dict[str, Any]], ups: Sequence[Script]) -> Script:
    """Return the last script that changed what it is about, or else the last one that changed anything."""
    names = {bare(worse.subject)} if worse.subject else set(re.findall(r"\w+", f"{worse.what} {worse.to_do}"))
    wanted = None
    for script, each in zip(ups, changed, strict=True):
        touched = {word for change in each["changes"] for word in re.split(r"[ .(:,]", change["identity"])}
        if touched & names:
            wanted = script
    return wanted or next(
        (s for s, each in zip(reversed(ups), reversed(changed), strict=True) if each["changes"]), ups[-1]
    )

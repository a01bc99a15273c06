"""What GitHub shows of a run: annotations and a job summary, both within its limits.

GitHub documents the limits as 10 error annotations and 1 MiB of summary per step.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.reporting import criteria, results, texts, truths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.hooks import Hooks
    from pgproof.project import Project
    from pgproof.reporting.results import Result, Run

ANNOTATIONS = 10
SUMMARY_BYTES = 1024 * 1024
# Of one failure, in characters.
_LONGEST = 2000
# Room for the sentence that says how many were left out.
_ROOM = 1024


def tell(runs: Sequence[Run], project: Project) -> None:
    """Print the annotations, and append the summary to the file that GITHUB_STEP_SUMMARY names, if it is set."""
    for line in errors(runs, project.hooks):
        print(line)
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    if named:
        with Path(named).open("a", encoding="utf-8") as file:
            file.write(summary(runs, project))


def errors(runs: Sequence[Run], hooks: Hooks) -> Iterator[str]:
    """Yield a workflow command for each unfinished run and each failure, at most ANNOTATIONS, the criteria's first.

    If there are more, the last one says how many.
    """
    lines = [
        f"::error title=A run did not finish::{_data(run.command)} ended with exit code {run.exit_code}"
        for run in _unfinished(runs)
    ]
    for result in _bad(runs, hooks):
        file = _property(result.id.split("::")[0])
        lines.append(f"::error file={file},title={_property(_title(result))}::{_data(_why(result))}")
    shown = lines if len(lines) <= ANNOTATIONS else lines[: ANNOTATIONS - 1]
    yield from shown
    if len(lines) > len(shown):
        yield f"::error title=More failures::{len(lines) - len(shown)} more failed; the report names them"


def summary(runs: Sequence[Run], project: Project) -> str:
    """Return Markdown: the verdict, the project's criteria, and as many failures as fit into SUMMARY_BYTES."""
    everything = results.of(runs)
    bad = _bad(runs, project.hooks)
    unfinished = _unfinished(runs)
    passed, failed, unseen = (
        sum(result.outcome == outcome for result in everything) for outcome in ("passed", "failed", "inconclusive")
    )
    answer = "held" if everything else "nothing was run"
    verdict = "failed" if failed else "not finished" if unfinished else "inconclusive" if unseen else answer
    counted = f"{passed} held, {failed} failed" + (f", {unseen} inconclusive." if unseen else ".")
    lines = [f"## {project.title} verification: {verdict}", "", counted, ""]
    lines += [f"- {judged.title or judged.environment + ': ' + judged.how}" for judged in _judged(runs)]
    lines += [f"- **`{run.command}` ended with exit code {run.exit_code}**" for run in unfinished]
    lines += [f"- Left out: {said}" for run in runs for said in run.left_out]
    lines += ["", "| criterion | |", "|---|---|", *_criteria(runs, project.hooks.criteria), ""]
    text = "\n".join(lines)
    for place, result in enumerate(bad):
        said = _why(result).replace("```", "` ` `")
        block = f"\n### {_title(result)}\n\n```\n{said}\n```\n\nRun it again: `{result.again}`\n"
        if len((text + block).encode()) > SUMMARY_BYTES - _ROOM:
            return f"{text}\n{len(bad) - place} more failed; the report names them.\n"
        text += block
    return text


def _bad(runs: Sequence[Run], hooks: Hooks) -> list[Result]:
    """Return what failed or was inconclusive, in the order of the report."""
    kinds = truths.sorted_by_kind([result for result in results.of(runs) if result.is_bad], hooks)
    return [result for kind in truths.KINDS for result in kinds[kind]]


def _why(result: Result) -> str:
    return texts.cut(result.why, _LONGEST, "the report")


def _unfinished(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if not run.finished]


def _judged(runs: Sequence[Run]) -> list[results.Judged]:
    titled = [judged for run in runs for judged in run.judged]
    return list({(judged.environment, judged.how): judged for judged in sorted(titled, key=lambda j: j.title)}.values())


def _criteria(runs: Sequence[Run], wanted: Sequence[criteria.Criterion]) -> Iterator[str]:
    everything = results.of(runs)
    for criterion in wanted:
        verdicts = [criteria.judge(criterion, place, everything) for place in criteria.places(criterion, runs)]
        said = "; ".join(f"{verdict.place.title}: {verdict.outcome}" for verdict in verdicts)
        yield f"| {criterion.title} | {said or criteria.OPEN} |"


def _title(result: Result) -> str:
    where = f" [{result.where}]" if result.where else ""
    return f"{result.states or result.id}{where}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

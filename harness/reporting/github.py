"""What GitHub shows of a run: annotations, and a job summary, both below its limits.

Limits as its documentation gives them: 10 error annotations a step, 1 MiB of summary a step.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from harness.reporting import criteria, results

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.reporting.results import Result, Run

ANNOTATIONS = 10
SUMMARY_BYTES = 1024 * 1024
# Room for the sentence that says how many were left out.
_ROOM = 1024


def tell(runs: Sequence[Run]) -> None:
    """Print the annotations, and append the summary to the file that GitHub names."""
    for line in errors(runs):
        print(line)
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    if named:
        with Path(named).open("a", encoding="utf-8") as file:
            file.write(summary(runs))


def errors(runs: Sequence[Run]) -> Iterator[str]:
    """One workflow command for each failure, the last one for all that are left."""
    failed = _failed(runs)
    shown = failed if len(failed) <= ANNOTATIONS else failed[: ANNOTATIONS - 1]
    for result in shown:
        file = _property(result.id.split("::")[0])
        yield f"::error file={file},title={_property(_title(result))}::{_data(result.why)}"
    if len(failed) > len(shown):
        yield f"::error title=More failures::{len(failed) - len(shown)} more failed; the report names them"


def summary(runs: Sequence[Run]) -> str:
    """Markdown: the verdict, the guide's criteria, and as many failures as there is room for."""
    everything = results.of(runs)
    failed = _failed(runs)
    unfinished = [run for run in runs if run.exit_code not in (0, 1)]
    passed = sum(result.outcome == "passed" for result in everything)
    verdict = "held" if everything and not failed and not unfinished else "failed"
    lines = [f"## Connect verification: {verdict}", "", f"{passed} held, {len(failed)} failed.", ""]
    lines += [f"- {judged.title or judged.environment + ': ' + judged.how}" for judged in _judged(runs)]
    lines += [f"- **`{run.command}` ended with exit code {run.exit_code}**" for run in unfinished]
    lines += ["", "| criterion | |", "|---|---|", *_criteria(everything), ""]
    text = "\n".join(lines)
    for place, result in enumerate(failed):
        block = f"\n### {_title(result)}\n\n```\n{result.why.replace('```', '` ` `')}\n```\n\nagain: `{result.again}`\n"
        if len((text + block).encode()) > SUMMARY_BYTES - _ROOM:
            return f"{text}\n{len(failed) - place} more failed; the report names them.\n"
        text += block
    return text


def _failed(runs: Sequence[Run]) -> list[Result]:
    return [result for result in results.of(runs) if result.outcome == "failed"]


def _judged(runs: Sequence[Run]) -> list[results.Judged]:
    titled = [judged for run in runs for judged in run.judged]
    return list({(judged.environment, judged.how): judged for judged in sorted(titled, key=lambda j: j.title)}.values())


def _criteria(everything: Sequence[Result]) -> Iterator[str]:
    for criterion in criteria.CRITERIA:
        names = sorted({result.environment or "" for result in everything if result.id.startswith(criterion.tests)})
        verdicts = [criteria.judge(criterion, name or None, everything) for name in names]
        said = ", ".join(f"{verdict.environment or 'both'}: {verdict.outcome}" for verdict in verdicts)
        yield f"| {criterion.title} | {said or criteria.OPEN} |"


def _title(result: Result) -> str:
    where = f" [{result.environment}]" if result.environment else ""
    return f"{result.states or result.id}{where}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""The report: a self-contained page for a person, which also says what a run did not verify."""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from pgproof.reporting import TEMPLATES, costs, criteria, results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pgproof.project import Project
    from pgproof.reporting.results import Judged, Result, Run


def render(runs: Sequence[Run], project: Project, pictures: Sequence[Path] = ()) -> str:
    """Return the HTML page of the runs of one verification, oldest first.

    pictures: PNG files, whose names say what they show.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    everything = results.of(runs)
    count = Counter(result.outcome for result in everything)
    return environment.get_template("page.html.j2").render(
        project=project,
        runs=runs,
        started=min((run.started for run in runs), default=""),
        seconds=sum(run.seconds for run in runs),
        count=count,
        failures=[result for result in everything if result.outcome == "failed"],
        broken=[run for run in runs if not run.finished],
        left_out=[said for run in runs for said in run.left_out],
        environments=_environments(runs),
        criteria=_criteria(runs, project.hooks.criteria),
        chapters=_chapters(everything, project.hooks.chapters),
        costs=costs.cards(everything),
        mutants=_mutants(everything),
        latencies=_latencies(everything),
        pictures=[(path.stem.replace("-", " "), _inline(path)) for path in pictures],
    )


def _environments(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Return each environment with what was judged of it, which may be both a live database and a replica."""
    found: dict[str, dict[str, Judged]] = defaultdict(dict)
    for run in runs:
        for judged in run.judged:
            kept = found[judged.environment].get(judged.how)
            if kept is None or not kept.title:
                found[judged.environment][judged.how] = judged
    return [{"name": name, "judged": list(judged.values())} for name, judged in sorted(found.items())]


def _latencies(everything: Sequence[Result]) -> list[dict[str, Any]]:
    measured = [
        {"environment": result.environment or "", **value}
        for result in everything
        for value in results.facts([result], "latency")
    ]
    return sorted(measured, key=lambda each: (each["where"], each["environment"]))


def _criteria(
    runs: Sequence[Run], wanted: Sequence[criteria.Criterion]
) -> list[tuple[criteria.Criterion, list[criteria.Verdict]]]:
    everything = results.of(runs)
    return [
        (criterion, [criteria.judge(criterion, place, everything) for place in criteria.places(criterion, runs)])
        for criterion in wanted
    ]


def _chapters(everything: Sequence[Result], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the tests by folder, and in it by the sentence that they state. titles: of folders, in their order."""
    chapters = []
    others = {result.folder: result.folder or "other tests" for result in everything if result.folder not in titles}
    for folder, title in (*titles.items(), *others.items()):
        ours = [result for result in everything if result.folder == folder]
        if not ours:
            continue
        sentences: dict[str, list[Result]] = defaultdict(list)
        for result in ours:
            sentences[result.states or result.id].append(result)
        chapters.append(
            {
                "title": title,
                "count": Counter(result.outcome for result in ours),
                "seconds": sum(result.seconds for result in ours),
                "sentences": [
                    {
                        "states": states,
                        "count": Counter(result.outcome for result in same),
                        "why": next((result.why for result in same if result.why), ""),
                    }
                    for states, same in sentences.items()
                ],
            }
        )
    return chapters


def _mutants(everything: Sequence[Result]) -> dict[str, Any] | None:
    mutants = results.facts(everything, "mutant")
    if not mutants:
        return None
    survived = [mutant for mutant in mutants if mutant["survived"]]
    return {"all": mutants, "caught": len(mutants) - len(survived), "survived": survived}


def _inline(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()

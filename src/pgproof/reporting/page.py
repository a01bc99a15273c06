"""The report: a self-contained page for a person, which also says what a run did not verify.

First what decides, the criteria of the project; then what changed since its record, then its debt, then the rest.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from pgproof.reporting import (
    TEMPLATES,
    costs,
    criteria,
    debt_history,
    debts,
    failures,
    latencies,
    mutants,
    overview,
    results,
    truths,
)
from pgproof.reporting.pictures import trend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pgproof.project import Project
    from pgproof.reporting.debts import Debt
    from pgproof.reporting.results import Judged, Result, Run


def render(
    runs: Sequence[Run],
    project: Project,
    pictures: Sequence[Path] = (),
    history: Mapping[str, list[Debt]] | None = None,
) -> str:
    """Return the HTML page of the runs of one verification, oldest first.

    pictures: PNG files, whose names say what they show. history: of the debt, by place, with that of these runs.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    everything = results.of(runs)
    kinds = truths.sorted_by_kind(everything, project.hooks)
    judged = _criteria(runs, project.hooks.criteria)
    owed = debts.of(runs)
    return environment.get_template("page.html.j2").render(
        project=project,
        runs=runs,
        started=min((run.started for run in runs), default=""),
        seconds=sum(run.seconds for run in runs),
        count=Counter(result.outcome for result in everything),
        kinds=kinds,
        groups={
            kind: failures.groups([result for result in found if result.is_bad], runs) for kind, found in kinds.items()
        },
        tiles=overview.tiles(judged, kinds, owed),
        broken=[run for run in runs if not run.finished],
        left_out=[said for run in runs for said in run.left_out],
        environments=_environments(runs),
        criteria=judged,
        record=_record(kinds[truths.RECORD]),
        debts=owed,
        rules=debts.rows(owed, debts.levels(runs), debt_history.before(history or {}, owed)),
        trends=_trends(owed, history or {}),
        notes=[(note, result.where) for result in kinds[truths.DEBT] for note in results.facts([result], "note")],
        chapters=_chapters(everything, project.hooks.chapters),
        costs=costs.cards(everything),
        mutants=mutants.section(everything),
        latencies=latencies.rows(everything),
        loads=[(result.environment or "", each) for result in everything for each in results.facts([result], "loads")],
        distributions=latencies.drawn(everything),
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


def _record(found: Sequence[Result]) -> list[tuple[str, str, str]]:
    """Return each place where the record was looked for, with the answer, and why there is none."""
    places = sorted({result.where for result in found})
    answers = []
    for place in places:
        ours = [result for result in found if result.where == place]
        answer = overview.answer_of(ours)
        why = next((result.why for result in ours if result.outcome == "skipped"), "")
        answers.append((place, answer, why if answer == criteria.OPEN else ""))
    return answers


def _trends(owed: Mapping[str, Debt], history: Mapping[str, list[Debt]]) -> list[tuple[str, str, list[Debt]]]:
    """Return each place with the picture of its debt, empty for a single run, and the runs."""
    found = []
    for place in owed:
        runs = history.get(place, [])
        drawn = trend(f"Debt of {place}", runs) if len(runs) > 1 else ""
        found.append((place, drawn, runs))
    return found


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


def _inline(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()

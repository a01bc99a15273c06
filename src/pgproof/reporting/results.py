"""The record of one pytest run: what was judged, and what came of each test. Kept as one JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OUTCOMES = ("failed", "passed", "skipped")


@dataclass(frozen=True)
class Result:
    """One test.

    id: its node id. states: the sentence of its docstring. why: what a failed or skipped one said. facts: what it
    measured, by name; each value is one record of numbers and words. how: its environment was judged, "replica" or
    "live", or both words where it compared one with the other; None if it judged none.
    """

    id: str
    folder: str | None
    environment: str | None
    outcome: str
    seconds: float
    states: str
    why: str = ""
    facts: list[tuple[str, Any]] = field(default_factory=list)
    how: str | None = None

    @property
    def again(self) -> str:
        """The line that runs it again."""
        environment = f" --env={self.environment}" if self.environment else ""
        return f"pytest '{self.id}'{environment}{' --live' if self.how == 'live' else ''}"

    @property
    def where(self) -> str:
        """What it judged and how, for a person; empty if it judged nothing."""
        return ", ".join(word for word in (self.environment, self.how) if word)


@dataclass(frozen=True)
class Judged:
    """One environment of a run. how: "replica" or "live". title: where it is, its server and its migrations."""

    environment: str
    how: str
    title: str


@dataclass(frozen=True)
class Run:
    """One run of pytest. started: ISO time, UTC. command: without settings, so without secrets.

    left_out: what it was asked for and could not verify.
    """

    command: str
    started: str
    seconds: float
    exit_code: int
    judged: list[Judged]
    results: list[Result]
    left_out: list[str] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether its results are all there is to know: 1 without a failed test is something else that went wrong."""
        return self.exit_code == 0 or (
            self.exit_code == 1 and any(result.outcome == "failed" for result in self.results)
        )


def how(judged: Iterable[Judged], environment: str | None, folder: str | None) -> str | None:
    """How a run that judged these judged this environment; where a test compares, all of them."""
    ours = {each.how for each in judged if each.environment == environment or (not environment and folder == "parity")}
    return " and ".join(sorted(ours)) or None


def write(run: Run, path: Path) -> None:
    """Keep a run, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(run), ensure_ascii=False), encoding="utf-8")
    partial.replace(path)


def read(path: Path) -> Run:
    """A run that was kept. Raises UsageError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        judged = [Judged(**each) for each in found.pop("judged")]
        results = []
        for each in found.pop("results"):
            # Older records hold it only for the run.
            each.setdefault("how", how(judged, each["environment"], each["folder"]))
            results.append(Result(**{**each, "facts": [(name, value) for name, value in each["facts"]]}))
        return Run(**found, judged=judged, results=results)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no record of a run ({error.__class__.__name__}); remove it and run again"
        ) from None


def of(runs: Iterable[Run]) -> list[Result]:
    """All results of several runs."""
    return [result for run in runs for result in run.results]


def facts(results: Iterable[Result], name: str) -> list[Any]:
    """Every record of this name that the tests gave."""
    return [value for result in results for key, value in result.facts if key == name]

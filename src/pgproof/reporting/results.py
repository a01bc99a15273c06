"""The record of one pytest run: what was judged, and what came of each test. Kept as one JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof import files
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Worst first.
OUTCOMES = ("failed", "inconclusive", "skipped", "passed")
# What makes a run end with exit code 1: a check without evidence counts as failed.
BAD = OUTCOMES[:2]


@dataclass(frozen=True)
class Result:
    """One test.

    id: its node id. folder: of tests/. environment: None if it judged no single one. outcome: one of OUTCOMES.
    states: the sentence of its docstring. why: the message of a test that did not pass. facts: what it measured, as
    names with records of numbers and words. how: "replica" or "live", whichever it judged, both joined by " and " if
    it compared them, None if it judged nothing.
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
    def is_bad(self) -> bool:
        """Whether it failed, or could not judge what it is for."""
        return self.outcome in BAD

    @property
    def again(self) -> str:
        """The command line that runs the test again."""
        environment = f" --env={self.environment}" if self.environment else ""
        return f"pytest '{self.id}'{environment}{' --live' if self.how == 'live' else ''}"

    @property
    def where(self) -> str:
        """What the test judged and how, in words; empty if it judged nothing."""
        return ", ".join(word for word in (self.environment, self.how) if word)


@dataclass(frozen=True)
class Judged:
    """One environment of a run. how: "replica" or "live". title: says where it is, its server and its migrations.

    advice: what its owner should know, although nothing fails for it; a sentence each.
    """

    environment: str
    how: str
    title: str
    advice: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """One run of pytest.

    command: without settings, so without secrets. started: ISO time, UTC. exit_code: of pytest.
    left_out: what the run should have verified but could not, a sentence each. file: the name of the file that it was
    read from, empty if it was not.
    """

    command: str
    started: str
    seconds: float
    exit_code: int
    judged: list[Judged]
    results: list[Result]
    left_out: list[str] = field(default_factory=list)
    file: str = ""

    @property
    def finished(self) -> bool:
        """Whether the run got to its end: exit code 0, or 1 with a failed test; anything else broke off early."""
        return self.exit_code == 0 or (self.exit_code == 1 and any(result.is_bad for result in self.results))


def how(judged: Iterable[Judged], environment: str | None, folder: str | None) -> str | None:
    """Return how a run judged an environment: "replica", "live" or "live and replica"; None if it did not.

    judged: of the run. environment: None for a test of no single one; in folder "parity" it judged all of them.
    """
    ours = {each.how for each in judged if each.environment == environment or (not environment and folder == "parity")}
    return " and ".join(sorted(ours)) or None


def write(run: Run, path: Path) -> None:
    """Write a run to a JSON file, completely or not at all. Creates the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in asdict(run).items() if name != "file"}
    files.replace(path, json.dumps(kept, ensure_ascii=False))


def read(path: Path) -> Run:
    """Return the run in a JSON file. Raises UsageError if it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        judged = [Judged(**each) for each in found.pop("judged")]
        results = []
        for each in found.pop("results"):
            # Older records say how for the run only.
            each.setdefault("how", how(judged, each["environment"], each["folder"]))
            results.append(Result(**{**each, "facts": [(name, value) for name, value in each["facts"]]}))
        return Run(**found, judged=judged, results=results, file=path.name)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is not a record of a run ({error.__class__.__name__}); remove it and run again"
        ) from None


def of(runs: Iterable[Run]) -> list[Result]:
    """Return the results of all runs."""
    return [result for run in runs for result in run.results]


def facts(results: Iterable[Result], name: str) -> list[Any]:
    """Return every record of this name among the facts of some tests."""
    return [value for result in results for key, value in result.facts if key == name]

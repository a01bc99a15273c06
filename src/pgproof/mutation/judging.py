"""Makes a mutant, runs the real tests on it, and says which of them noticed."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof.mutation import views
from pgproof.mutation.databases import Databases, Unfit, read
from pgproof.mutation.suite import Suite, environment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.mutation import Group, Mutant
    from pgproof.mutation.nested import Configure
    from pgproof.mutation.views import View
    from pgproof.postgres import Server
    from pgproof.project import Project


@dataclass(frozen=True)
class Verdict:
    """What came of a mutant. caught_by: node ids of the tests that failed. missed: the groups that did not notice it.

    seconds: that it took. seen: by the name of each view whether it noticed.
    """

    mutant: str
    environment: str
    caught_by: tuple[str, ...]
    missed: tuple[Group, ...]
    seconds: float
    seen: Mapping[str, bool] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as a JSON object, for the report."""
        return {
            "mutant": self.mutant,
            "environment": self.environment,
            "caught_by": list(self.caught_by),
            "seconds": round(self.seconds, 3),
            "survived": self.survived,
            "seen": dict(self.seen),
        }

    @property
    def survived(self) -> bool:
        """Whether a group that should have noticed did not."""
        return bool(self.missed)

    def __str__(self) -> str:
        if not self.survived:
            return f"{self.mutant} is caught by {len(self.caught_by)} tests"
        missed = "; ".join(" or ".join(group) for group in self.missed)
        others = f"; only {', '.join(self.caught_by)} noticed" if self.caught_by else "; nothing noticed"
        return f"{self.mutant} survived in {self.environment}: expected {missed} to fail{others}"


class MutantRunner:
    """The replicas on one server, their snapshots, and the tests. Use it from one thread."""

    def __init__(
        self,
        server: Server,
        project: Project,
        what: Sequence[str],
        configure: Configure,
        parts: Sequence[View] = (),
    ) -> None:
        """Collect the tests. what: their paths below the project's root. configure: see Nested.

        parts: of the suite, those that have a score of their own.
        """
        self._project, self._views = project, parts
        self._databases = Databases(server, project)
        templates = self._databases.templates
        self.originals = {name: read(templates, project, each) for name, each in project.environments.items()}
        self._suite = Suite(project.root, templates, dict(self.originals), what, configure)

    def close(self) -> None:
        """Drop the clones and close the connections."""
        self._databases.close()

    def judge(self, mutant: Mutant) -> Verdict:
        """Make the defect and return which tests notice. Runs every test that reads, and those others that should fail.

        Raises Unfit if the defect cannot be made, or if a group of caught_by names no test.
        """
        started = time.perf_counter()
        for group in mutant.caught_by:
            if not self._suite.beginning(*group):
                raise Unfit(f"{mutant.name} should be caught by {' or '.join(group)}, but there is no such test")
        found = self._by_script(mutant) if mutant.script else self._by_database(mutant)
        expected = [member for group in mutant.caught_by for member in group]
        found.sort(key=lambda each: next((at for at, member in enumerate(expected) if each.startswith(member)), 999))
        missed = tuple(_missed(mutant, found))
        seen = self._seen(mutant, found)
        return Verdict(mutant.name, mutant.environment, tuple(found), missed, time.perf_counter() - started, seen)

    def failing_without_a_defect(self, environment: str, *, requesting: str | None = None) -> list[str]:
        """Return the node ids of the tests that fail on an environment's unchanged aligned replica.

        requesting: only those that ask for this fixture; if not given, those that read a snapshot.
        """
        self._suite.snapshots = dict(self.originals)
        items = self._suite.reading(environment) if requesting is None else self._suite.requesting(requesting)
        return list(self._suite.failing([item for item in items if environment_of(item) in (None, environment)]))

    def answers(self, mutant: Mutant, proof: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return the rows that the SQL of a proof returns with the mutant, and without it. Raises Unfit."""
        return self._databases.answers(mutant, proof)

    def _seen(self, mutant: Mutant, found: Sequence[str]) -> dict[str, bool]:
        """Return whether each view noticed. A script's defect is in no database, so that there is nothing to see."""
        if mutant.script:
            return {view.name: False for view in self._views}
        name = mutant.environment
        both = self.originals[name], self._suite.snapshots[name]
        return views.seen(self._views, self._suite.reading(name), frozenset(found), both, mutant, project=self._project)

    def _by_database(self, mutant: Mutant) -> list[str]:
        environment = mutant.environment
        self._suite.snapshots = {**self.originals, environment: self._databases.changed(mutant)}
        reading = self._suite.reading(environment)
        found = list(self._suite.failing(reading))
        # Tests that read no snapshot need a database of their own, and run only until one of them notices.
        missed = [self._suite.beginning(*group) for group in _missed(mutant, found)]
        others = [
            [item for item in group if item not in reading and environment_of(item) == environment] for group in missed
        ]
        if any(others):
            with self._databases.mutated(mutant):
                for items in others:
                    found += self._suite.failing(items, until_one=True)
        return found

    def _by_script(self, mutant: Mutant) -> list[str]:
        assert mutant.script is not None
        original, text = mutant.script
        with tempfile.TemporaryDirectory() as folder:
            changed = Path(folder) / original.name
            changed.write_text(text)
            found: list[str] = []
            for group in mutant.caught_by:
                items = self._suite.beginning(*group)
                with self._suite.script(items, original, changed):
                    found += self._suite.failing(items, until_one=True)
        return found


def _missed(mutant: Mutant, found: list[str]) -> Iterator[Group]:
    return (group for group in mutant.caught_by if not any(each.startswith(group) for each in found))

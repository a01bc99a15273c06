"""Aligns two databases: copies, scripts, proof, folder."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from pgproof.adoption import folder
from pgproof.alignment import building, copies, origins, proving, runbook, validation
from pgproof.alignment.planner import Planner, PlannerError
from pgproof.alignment.rehearsing import How
from pgproof.alignment.selecting import Selection
from pgproof.alignment.sizes import Sizes
from pgproof.alignment.steps import NAMES
from pgproof.errors import UsageError, first_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.alignment.building import Built
    from pgproof.alignment.copies import Copy
    from pgproof.alignment.proving import Proof
    from pgproof.project import Project
    from pgproof.rehearsal.scratch_server import ScratchServer

COMMAND = "align"
README, VALIDATION = "README.md", "validation.sql"
_VERSION = 17


@dataclass(frozen=True)
class Asked:
    """What to align. words: A and B. into: the folder. only: as --only gives it. how: to rehearse the scripts.

    allow_loss: whether rows, columns, labels and parts of values may be lost. supabase: whether the copies have the
    hosted platform. assume_small: whether tables of which nothing is known are small. version: major, by default that
    of B's server.
    """

    words: tuple[str, str]
    project: Project
    into: Path
    only: Sequence[str] = ()
    allow_loss: bool = False
    assume_small: bool = False
    supabase: bool = True
    version: int | None = None
    how: How = field(default_factory=How)


@dataclass(frozen=True)
class Done:
    """What came of it. scripts: the folder that the rehearsal's text names, which is gone."""

    built: Built
    proof: Proof
    scripts: Path

    @property
    def exit_code(self) -> int:
        """0: proven; 1: something is not written, not equal or not safe; 2: the rehearsal could not decide."""
        if self.built.alignment.not_written or self.proof.problems:
            return 1
        return 0 if self.proof.result is None else self.proof.result.exit_code

    def report(self, text: str) -> str:
        """Return a text of the rehearsal with the scripts' names as the folder has them."""
        return text.replace(f"{self.scripts}/", "")


def align(asked: Asked) -> Done:
    """Align two databases, write the folder, and return what came of it. Raises UsageError."""
    found = [
        origins.read(word, name, asked.project, asked.version or _VERSION)
        for word, name in zip(asked.words, NAMES, strict=True)
    ]
    version = asked.version or found[1].major or max(found[0].major, _VERSION)
    with ExitStack() as stack:
        planner = stack.enter_context(Planner([Path.cwd(), asked.project.root, Path(__file__)]))
        try:
            on = stack.enter_context(closing(copies.server(supabase=asked.supabase, version=version)))
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            pair = tuple(copies.make(stack, on, each, asked.project, place) for each in found)
            return _on(on, (pair[0], pair[1]), planner, asked, place)
        except PlannerError as error:
            raise UsageError(f"the planner @supabase/pg-delta cannot read a copy: {error}") from None
        except psycopg.Error as error:
            raise UsageError(f"a copy's server said: {first_line(error)}") from None


def _on(on: ScratchServer, pair: tuple[Copy, Copy], planner: Planner, asked: Asked, place: Path) -> Done:
    workload = asked.project.hooks.workload
    first = None if workload is None else workload.table
    sizes = Sizes(pair[1].rows, asked.assume_small)
    built = building.build(
        on, pair, planner, Selection(asked.only), allow_loss=asked.allow_loss, first=first, sizes=sizes
    )
    scripts = place / "scripts"
    how = replace(
        asked.how,
        hooks=asked.project.hooks,
        supabase=asked.supabase,
        settings=pair[1].settings,
        sizes_of=sizes,
    )
    proof = proving.prove(on, pair[1], built, how, scripts)
    done = Done(built, proof, scripts)
    alignment = built.alignment
    report = [*proof.problems, *(done.report(text) for text in proof.lines())]
    files = {each.path: each.text for each in (*alignment.ups, *alignment.downs)}
    files[VALIDATION] = validation.script(alignment, built.aligned)
    files[README] = runbook.text(alignment, built.aligned, proven=done.exit_code == 0, report=report)
    folder.write(asked.into, {name: text.encode() for name, text in files.items()}, COMMAND)
    return done

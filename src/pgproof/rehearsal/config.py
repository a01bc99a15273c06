"""What to rehearse, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.hooks import Hooks
from pgproof.rehearsal.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from pgproof.environments import Environment


@dataclass(frozen=True)
class Config:
    """What to rehearse, and how.

    ups, downs: scripts in the order in which they run, or folders of migrations. copied: a live environment whose
    schema is loaded before the baseline's files. bad_data: scripts after which an up script has to fail. supabase:
    whether the baseline needs Supabase's roles and schemas. hooks: of the project that the scripts belong to.
    settings: of every session.
    sizes: numbers of rows at which stalls are measured. bound: on the longest send, in milliseconds, None for none.
    accepted: findings to accept, each FINDING[:FILE[:OBJECT]]. version: major, by default that of the copied database,
    else 17.
    runner: the tool that runs the scripts, by default what the files speak of, else psql. one_way: whether it is not
    asked if there is a way back. only: the names of the checks to make, None for all. start: the migration, by number
    or name, with which the judged part begins; those before it belong to the baseline.
    rows: whether tables that the baseline leaves empty get rows.
    progress: is told how far the rehearsal has come.
    postgres: where the scripts run: "embedded", "container" or "container:IMAGE".
    automatic_grants: whether the API's roles are granted what is made in public, as in older Supabase projects.
    """

    baseline: Sequence[Path]
    ups: Sequence[Path]
    downs: Sequence[Path]
    copied: Environment | None = None
    bad_data: Sequence[Path] = ()
    supabase: bool = True
    hooks: Hooks = field(default_factory=Hooks)
    settings: Mapping[str, str] = field(default_factory=dict)
    sizes: Sequence[int] = (100_000,)
    bound: float | None = None
    accepted: Collection[str] = frozenset()
    version: int | None = None
    runner: str | None = None
    one_way: bool = False
    only: frozenset[str] | None = None
    start: str | None = None
    rows: bool = True
    progress: Progress = field(default_factory=Progress)
    automatic_grants: bool = False
    postgres: str = "embedded"

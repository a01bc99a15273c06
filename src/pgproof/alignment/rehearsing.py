"""How the scripts of an alignment are rehearsed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.alignment.sizes import Sizes
from pgproof.hooks import Hooks
from pgproof.rehearsal.config import Config
from pgproof.rehearsal.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class How:
    """Everything but the scripts. sizes, accepted, progress, hooks, supabase, settings: as in rehearsal.Config.

    sizes_of: the tables.
    """

    sizes: Sequence[int] = (100_000,)
    accepted: Collection[str] = frozenset()
    progress: Progress = field(default_factory=Progress)
    hooks: Hooks = field(default_factory=Hooks)
    supabase: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    sizes_of: Sizes = field(default_factory=Sizes)

    def config(self, baseline: Sequence[Path], ups: Sequence[Path], downs: Sequence[Path]) -> Config:
        """Return the rehearsal of these scripts on that baseline."""
        return Config(
            baseline,
            ups,
            downs,
            hooks=self.hooks,
            supabase=self.supabase,
            settings=self.settings,
            sizes=self.sizes,
            accepted=self.accepted,
            progress=self.progress,
        )

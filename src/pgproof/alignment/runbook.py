"""The README of an alignment: what it does, how to run it and how to go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.alignment.steps import Alignment


def text(alignment: Alignment, *, proven: bool, report: Sequence[str]) -> str:
    """Return the runbook. proven: whether all of the proof held. report: its lines, for the end of the page."""
    return ""

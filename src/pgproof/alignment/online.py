"""The forms of a step that let people work while it runs, for tables that are large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.alignment.steps import Forms

if TYPE_CHECKING:
    from pgproof.alignment.steps import Step


def forms(step: Step, *, large: bool) -> Forms:
    """Return what to run instead of a step. large: whether its table has many rows, by the estimates."""
    return Forms()

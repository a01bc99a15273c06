"""Blocks that run before a step and refuse rows which it could not take, naming them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgproof.alignment.steps import Step
    from pgproof.catalog import Catalog


def before(step: Step, catalog: Catalog) -> tuple[str, ...]:
    """Return SQL to run before a step, in its transaction. catalog: of the database that changes, before the scripts."""
    return ()

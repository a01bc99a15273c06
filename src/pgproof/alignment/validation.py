"""The script that checks afterwards, on the real database, that all which the scripts change is as it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgproof.alignment.steps import Alignment
    from pgproof.catalog import Catalog


def script(alignment: Alignment, aligned: Catalog) -> str:
    """Return one read-only script with a line for each check. aligned: the catalog of the copy after the up scripts."""
    return ""

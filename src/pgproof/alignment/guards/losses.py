"""Guards for what is dropped, which the user has allowed: they say how many rows or values go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards import tables
from pgproof.alignment.guards.blocks import Loss
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.alignment.guards.tables import Table
    from pgproof.catalog import Catalog


def dropped(node: Any, catalog: Catalog) -> Iterator[Loss]:
    """Yield a guard for each table that a DROP TABLE takes away."""
    if node.removeType.name != "OBJECT_TABLE":
        return
    for names in node.objects:
        table = tables.known(".".join(forms.quoted(each.sval) for each in names), catalog)
        if table is not None:
            yield Loss(table, "", "the table with all")


def column(table: Table, name: str) -> Loss:
    """Return the guard for a column that is dropped. name: without quotes."""
    return Loss(table, f"{table.at(name)} IS NOT NULL", f"what {forms.quoted(name)} says")

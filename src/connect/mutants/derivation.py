"""All mutants of an aligned environment, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.mutants import (
    columns,
    constraints,
    data,
    functions,
    grants,
    handwritten,
    indexes,
    policies,
    tables,
    triggers,
    undeclared,
)

if TYPE_CHECKING:
    from connect.mutants import Mutant
    from connect.snapshot import Snapshot


def derive(original: Snapshot) -> tuple[Mutant, ...]:
    """Return every mutant, sorted by name. original: the snapshot of any aligned environment.

    Raises ValueError if two have the same name.
    """
    catalog, checks = original.catalog, frozenset(row.check for row in original.validation)
    found = (
        *columns.mutants(catalog),
        *indexes.mutants(catalog, checks),
        *constraints.mutants(catalog, checks),
        *functions.mutants(catalog, checks),
        *triggers.mutants(catalog, checks),
        *policies.mutants(catalog),
        *tables.mutants(catalog, checks),
        *grants.mutants(catalog),
        *data.mutants(),
        *undeclared.mutants(),
        *handwritten.mutants(catalog),
    )
    names = [each.name for each in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two mutants have the same name: {', '.join(sorted(twice))}")
    return tuple(sorted(found, key=lambda each: each.name))

"""Rows refer to rows that exist, once, with values the front end knows; and nobody deferred or skipped a check."""

import pytest

from connect.expectations import expect
from connect.schema import SCHEMA

CONSTRAINTS = {f"{table} {name}": definition for table, name, definition in SCHEMA.of_tables("constraints")}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraint_is_as_declared(snapshot, name):
    """The constraint has its definition, holds for the rows that were there before it, and is checked at once."""
    constraint = snapshot.catalog.get("constraint", f"public.{name}")
    actual = (constraint["definition"], constraint["validated"], constraint["deferrable"]) if constraint else None
    expect(f"constraint {name} (definition, validated, deferrable)", actual, (CONSTRAINTS[name], True, False))


@pytest.mark.parametrize("name", [name for name, definition in CONSTRAINTS.items() if definition.startswith("FOREIGN")])
def test_foreign_key_is_switched_on(snapshot, name):
    """Nobody disabled the triggers that check the foreign key, on its own side or on the other."""
    constraint = snapshot.catalog.get("constraint", f"public.{name}")
    expect(f"triggers of {name}", (constraint.get("triggers"), constraint.get("triggers there")), (["O"], ["O"]))

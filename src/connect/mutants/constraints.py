"""Mutants of each constraint: dropped, not valid, deferrable, deferred, weaker, switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connect.guide.columns import REFERENCES
from connect.mutants import mutant, parity, validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from connect.mutants import Mutant
    from pgproof.catalog import Catalog

_FOREIGN_KEY = re.compile(r"FOREIGN KEY \((\w+)\)")
_UNIQUE_PARTICIPANT = "chat_participants_chat_id_user_id_key"


def mutants(catalog: Catalog, checks: frozenset[str]) -> Iterator[Mutant]:
    """Yield mutants named constraint-NAME-dropped, -not-valid, -deferrable, -deferred, -weaker, -off.

    checks: the names of the rows of 004.
    """
    for identity, constraint in catalog.of_kind("constraint").items():
        table, name = identity.removeprefix("public.").split(" ")
        changes = _changes(f"public.{table}", name, constraint)
        for what, change in changes.items():
            test = "test_foreign_key_is_switched_on" if what == "off" else "test_constraint_is_as_declared"
            more = [
                f"tests/schema/own_baseline/test_constraints.py::{test}[{{env}}-{table} {name}]",
                parity("constraint"),
            ]
            if name == _UNIQUE_PARTICIPANT:
                assert f"unique {name}" in checks, f"004 says nothing of {name}"
                more += [
                    "tests/schema/test_indexes.py::test_participant_is_there_once[{env}]",
                    validation(f"unique {name}"),
                ]
            match = _FOREIGN_KEY.match(constraint["definition"])
            if match and f"{table}.{match[1]}" in REFERENCES and what in ("dropped", "not-valid", "off"):
                more.append(
                    f"tests/schema/test_columns.py::test_column_refers_to_what_exists[{{env}}-{table}.{match[1]}]"
                )
                more.append(validation("foreign keys"))
            yield mutant(f"constraint-{name}-{what}", change, *more)


def _is_foreign_key(constraint: Mapping[str, Any]) -> bool:
    return str(constraint["definition"]).startswith("FOREIGN KEY")


def _changes(table: str, name: str, constraint: Mapping[str, Any]) -> dict[str, str]:
    definition = constraint["definition"]
    drop, add = f"ALTER TABLE {table} DROP CONSTRAINT {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name}"
    found = {"dropped": f"{drop} CASCADE"}
    if definition.startswith("CHECK"):
        return {
            **found,
            "not-valid": f"{drop}; {add} {definition} NOT VALID",
            "weaker": f"{drop}; {add} CHECK (true)",
        }
    for what, how in (("deferrable", "DEFERRABLE"), ("deferred", "DEFERRABLE INITIALLY DEFERRED")):
        found[what] = f"{drop}; {add} {definition} {how}"
    if _is_foreign_key(constraint):
        found["not-valid"] = f"{drop}; {add} {definition} NOT VALID"
        other = definition.split(" ON DELETE ")[0]
        found["weaker"] = f"{drop}; {add} {other if other != definition else definition + ' ON DELETE CASCADE'}"
        found["off"] = f"""
            UPDATE pg_trigger SET tgenabled = 'D' WHERE tgconstraint = (
              SELECT oid FROM pg_constraint WHERE conrelid = '{table}'::regclass AND conname = '{name}')"""
    elif definition.startswith("PRIMARY KEY"):
        # In the catalog by hand: foreign keys cannot refer to a deferrable key.
        for what, deferred in (("deferrable", "false"), ("deferred", "true")):
            found[what] = f"""
                UPDATE pg_constraint SET condeferrable = true, condeferred = {deferred}
                WHERE conrelid = '{table}'::regclass AND conname = '{name}'"""
    return found

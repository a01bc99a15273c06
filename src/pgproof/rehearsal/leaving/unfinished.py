"""What the scripts did not finish: invalid indexes, constraints that were never checked, views without rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal.leaving.sides import Sides, Worse, own

if TYPE_CHECKING:
    from collections.abc import Iterator


def worse(sides: Sides) -> Iterator[Worse]:
    """Yield the indexes, constraints and materialized views that are not finished, and were or did not exist before."""
    earlier = {
        sides.now("relation", identity): each["valid"] and each["ready"]
        for identity, each in sides.before.of_kind("index").items()
    }
    for name, index in sides.after.of_kind("index").items():
        if not (index["valid"] and index["ready"]) and earlier.get(name, True):
            table = index["table"]
            what = f"index {name} of {table} is left invalid: no query uses it, and every write keeps it up"
            yield Worse(table, what, f"REINDEX INDEX CONCURRENTLY {name}, or attach the indexes of all partitions")
    validated = {name: was["validated"] for _, _, name, was in sides.parts("constraint")}
    for name, constraint in sides.after.of_kind("constraint").items():
        kind, parent = sides.after.parents["constraint", name]
        if not constraint["validated"] and validated.get(name, True):
            what = f"constraint {own(name, parent)} of {parent} is left NOT VALID: no row that was there was checked"
            command = "TABLE" if kind == "relation" else "DOMAIN"
            to_do = f"ALTER {command} {parent} VALIDATE CONSTRAINT {own(name, parent)}, in a script after this one"
            yield Worse(parent, what, to_do)
    for name, relation in sides.after.of_kind("relation").items():
        if relation["populated"] is False and sides.is_new("relation", name):
            what = f"materialized view {name} is left WITH NO DATA, and reading it fails"
            yield Worse(name, what, f"REFRESH MATERIALIZED VIEW {name}")

"""Statements for constraints, of tables and of domains, and for indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements import tables
from pgproof.catalog.statements.aligned import NO_TARGET, Aligned, split

if TYPE_CHECKING:
    from pgproof.catalog.statements.aligned import Statements

_NOT_VALID = " NOT VALID"
_WITH_AN_INDEX = ("PRIMARY KEY", "UNIQUE")
_ENABLED = ["O"]


def _alter(constraint: Aligned) -> str:
    return f"ALTER {'DOMAIN' if constraint.is_of_domain else 'TABLE'} {constraint.on}"


def create(constraint: Aligned) -> Statements:
    """Return the statements that add a constraint, by an index of its name if there is one."""
    definition = constraint.should["definition"]
    index = constraint.at(("index", f"{split(constraint.on)[0]}.{constraint.name}"))
    if definition.startswith(_WITH_AN_INDEX) and index.found and not constraint.is_of_domain:
        kind = next(each for each in _WITH_AN_INDEX if definition.startswith(each))
        definition = f"{kind} USING INDEX {constraint.name}"
    return [f"{_alter(constraint)} ADD CONSTRAINT {constraint.name} {definition}", *constraint.comment_if_any()]


def drop(constraint: Aligned) -> Statements:
    """Return the statements that drop a constraint; an index that must stay is created again."""
    index = constraint.at(("index", f"{split(constraint.on)[0]}.{constraint.name}"))
    kept = create_index(index) if index.should and not constraint.is_of_domain else []
    return [f"{_alter(constraint)} DROP CONSTRAINT {constraint.name}", *(kept or [])]


def change_constraint(constraint: Aligned, attribute: str) -> Statements:
    """Return the statements that give a constraint one attribute: most by dropping it and adding it again."""
    should, found = constraint.should, constraint.found
    if attribute == "comment":
        return constraint.comment()
    if attribute in ("inherited", "local") or (attribute.startswith("triggers") and should[attribute] != _ENABLED):
        return None
    alter, name = _alter(constraint), constraint.name
    if attribute in ("definition", "validated") and should["definition"] == found["definition"].removesuffix(
        _NOT_VALID
    ):
        return [f"{alter} VALIDATE CONSTRAINT {name}"]
    added = f"ADD CONSTRAINT {name} {should['definition']}"
    if constraint.is_of_domain:
        return [f"{alter} DROP CONSTRAINT {name}", f"{alter} {added}", *constraint.comment_if_any()]
    return [f"{alter} DROP CONSTRAINT {name}, {added}", *constraint.comment_if_any()]


def _of_constraint(index: Aligned) -> Aligned | None:
    return index.parent if index.parent is not None and index.parent.kind == "constraint" else None


def create_index(index: Aligned) -> Statements:
    """Return the statements that create an index, or what the statement of its constraint has left to do."""
    should = index.should
    if should["attached to"]:
        return None
    made = [] if _of_constraint(index) else [should["definition"]]
    targets = (should["statistics targets"] or {}).items()
    return [
        *made,
        *(f"ALTER INDEX {index.identity} ALTER COLUMN {number} SET STATISTICS {target}" for number, target in targets),
        *([f"ALTER TABLE {should['table']} CLUSTER ON {index.name}"] if should["clustered"] else []),
        *index.comment_if_any(),
    ]


def drop_index(index: Aligned) -> Statements:
    """Return the statement that drops an index."""
    return [f"DROP INDEX {index.identity}"]


def change_index(index: Aligned, attribute: str) -> Statements:
    """Return the statements that give an index one attribute: another definition by creating it anew."""
    change = {
        "comment": Aligned.comment,
        "clustered": _clustered,
        "valid": _rebuilt,
        "ready": _rebuilt,
        "statistics targets": _targets,
        "replica identity": _replica_identity,
        "definition": _redefined,
        "unique": _redefined,
    }.get(attribute)
    return None if change is None else change(index)


def _clustered(index: Aligned) -> list[str]:
    how = f"CLUSTER ON {index.name}" if index.should["clustered"] else "SET WITHOUT CLUSTER"
    return [f"ALTER TABLE {index.should['table']} {how}"]


def _rebuilt(index: Aligned) -> Statements:
    return [f"REINDEX INDEX {index.identity}"] if index.should["valid"] and index.should["ready"] else None


def _targets(index: Aligned) -> list[str]:
    wanted, actual = (side["statistics targets"] or {} for side in (index.should, index.found))
    return [
        f"ALTER INDEX {index.identity} ALTER COLUMN {number} SET STATISTICS {wanted.get(number, NO_TARGET)}"
        for number in sorted(wanted.keys() | actual.keys())
        if wanted.get(number) != actual.get(number)
    ]


def _replica_identity(index: Aligned) -> Statements:
    return tables.change(index.at(("relation", index.should["table"])), "replica identity")


def _redefined(index: Aligned) -> Statements:
    constraint = _of_constraint(index)
    if constraint is not None:
        differs = constraint.found.get("definition") not in (None, constraint.should["definition"])
        return change_constraint(constraint, "definition") if differs else None
    created = create_index(index.anew())
    return None if created is None else [f"DROP INDEX {index.identity}", *created]

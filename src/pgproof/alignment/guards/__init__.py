"""Blocks that run before a step and refuse rows which it could not take, naming them.

A guard only reads. It takes no lock beyond that of a query, so the script that it stands in locks first. What no guard
is written for fails in PostgreSQL's own words: temporal keys, operators of a class of their own, types whose equality
the catalog does not tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards import columns, constraints, domains, losses, partitions, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.alignment.guards.blocks import Guard
    from pgproof.alignment.steps import Step
    from pgproof.catalog import Catalog


def before(step: Step, catalog: Catalog, *, back: bool = False) -> tuple[str, ...]:
    """Return SQL to run before a step, in its transaction. catalog: of the database that changes, before the scripts.

    A table that is not in the catalog yet has no rows to guard. back: whether the step takes back what was done, for
    which nobody has allowed that a value loses a part.
    """
    import pglast

    found = [guard for raw in pglast.parse_sql(step.sql) for guard in _guards(raw.stmt, step, catalog, back=back)]
    return tuple(guard.text() for guard in found)


def allowed(step: Step, catalog: Catalog) -> Step:
    """Return a step as one that may lose something, if another type of a column makes values lose a part.

    For where the user has allowed that. catalog: as for before().
    """
    import pglast

    nodes = [raw.stmt for raw in pglast.parse_sql(step.sql)]
    return replace(step, destructive=True) if any(_cuts(node, catalog) for node in nodes) else step


def _cuts(node: Any, catalog: Catalog) -> bool:
    if type(node).__name__ != "AlterTableStmt" or node.objtype.name != "OBJECT_TABLE":
        return False
    table = tables.named(node.relation, catalog)
    return table is not None and any(
        command.subtype.name == "AT_AlterColumnType" and columns.cut(table, command.name, command.def_)
        for command in node.cmds
    )


def _guards(node: Any, step: Step, catalog: Catalog, *, back: bool) -> Iterator[Guard]:
    kind = type(node).__name__
    if kind == "AlterTableStmt" and node.objtype.name == "OBJECT_TABLE":
        table = tables.named(node.relation, catalog)
        if table:
            for command in node.cmds:
                yield from _command(command, table, step, catalog, back=back)
    elif kind == "IndexStmt":
        table = tables.named(node.relation, catalog)
        if table and node.unique:
            yield from constraints.unique_index(table, node)
    elif kind == "AlterDomainStmt":
        yield from domains.changed(node, catalog)
    elif kind == "CreateStmt" and node.partbound:
        yield from partitions.made(node, catalog)
    elif kind == "DropStmt" and step.destructive:
        yield from losses.dropped(node, catalog)


def _command(command: Any, table: tables.Table, step: Step, catalog: Catalog, *, back: bool) -> Iterator[Guard]:
    change = command.subtype.name
    if change == "AT_SetNotNull":
        yield from columns.not_null(table, command.name)
    elif change == "AT_AddColumn":
        yield from columns.added(table, command.def_, back=back)
    elif change == "AT_AlterColumnType":
        yield from columns.retyped(table, command.name, command.def_, lossy=step.destructive, back=back)
    elif change == "AT_SetExpression":
        yield from columns.recomputed(table, command.name, command.def_)
    elif change == "AT_AddConstraint":
        yield from constraints.added(table, command.def_)
    elif change == "AT_ValidateConstraint":
        yield from constraints.validated(table, command.name)
    elif change == "AT_AttachPartition":
        yield from partitions.attached(table, command.def_, catalog)
    elif change == "AT_DropColumn" and step.destructive:
        yield losses.column(table, command.name)

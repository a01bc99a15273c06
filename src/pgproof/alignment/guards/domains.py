"""Guards for constraints of a domain, which every column of that type has to fulfil."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards import tables
from pgproof.alignment.guards.blocks import Refusal
from pgproof.catalog.statements.aligned import bare
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.alignment.guards.tables import Table
    from pgproof.catalog import Catalog

_ADD, _NOT_NULL = "C", "O"


def changed(node: Any, catalog: Catalog) -> Iterator[Refusal]:
    """Yield a guard for each column of a domain that gets a constraint, or is NOT NULL from now on."""
    domain = ".".join(forms.quoted(each.sval) for each in node.typeName)
    for table, name in columns_of(domain, catalog):
        if node.subtype == _NOT_NULL:
            yield _refusal(table, name, "value IS NULL", f"without a {forms.quoted(name)}", "not_null_violation")
        elif node.subtype == _ADD and not node.def_.skip_validation and node.def_.contype.name == "CONSTR_CHECK":
            check = " ".join(forms.as_sql(node.def_.raw_expr).split())
            what = f"whose {forms.quoted(name)} violates CHECK ({check}) of {domain}"
            yield _refusal(table, name, f"NOT ({check})", what, "check_violation")


def columns_of(domain: str, catalog: Catalog) -> Iterator[tuple[Table, str]]:
    """Yield the columns of a domain, or of one that is made of it: the table, and the name without quotes."""
    types = {domain}
    while more := {
        name for name, each in catalog.of_kind("type").items() if each.get("base") in types and name not in types
    }:
        types |= more
    for identity, attributes in sorted(catalog.of_kind("column").items()):
        if attributes["type"] in types:
            relation = catalog.parents["column", identity][1]
            table = tables.known(relation, catalog)
            # What a child inherits is read with its parent.
            if table is not None and attributes["local"]:
                yield table, bare(identity[len(relation) + 1 :])


def _refusal(table: Table, name: str, bad: str, what: str, code: str) -> Refusal:
    # In the constraint the value is called VALUE, which here is a column: no other one is in reach, whatever its name.
    rows = (
        f"(SELECT {table.at(name)} AS value, {table.row} AS row_name, {table.place} FROM {table.rows}) AS {table.alias}"
    )
    remedy = "Change these rows so that they fulfil it, or delete them"
    return Refusal(table, bad, what, code, remedy, source=rows, named="row_name", sorted_by="row_name")

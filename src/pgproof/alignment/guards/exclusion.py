"""The guard for an EXCLUDE constraint: pairs of rows that exclude each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards.blocks import MOST, refusing
from pgproof.catalog.statements.aligned import literal
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from pgproof.alignment.guards.tables import Table

# Without an index, which is what the constraint makes, each row is compared with each other one: beyond so many pages
# of a table that takes longer than the step itself, which then fails on the first pair, and names it.
_PAGES = 250


@dataclass(frozen=True)
class Conflicts:
    """Rows that exclude each other. constraint: its parse tree, of pglast."""

    table: Table
    constraint: Any

    def text(self) -> str:
        """Return the block."""
        table = self.table
        terms = [forms.quoted(each.name) if each.name else f"({forms.as_sql(each.expr)})" for each, _ in self._parts]
        values = ", ".join(f"{term} AS term_{number}" for number, term in enumerate(terms))
        rows = (
            f"SELECT {table.row} AS name, {table.alias}.tableoid AS part, {table.alias}.ctid AS place, {values}"
            f" FROM {table.rows}"
            + (f" WHERE {forms.as_sql(self.constraint.where_clause)}" if self.constraint.where_clause else "")
        )
        meet = " AND ".join(
            f"one.term_{number} {operator} another.term_{number}" for number, (_, operator) in enumerate(self._parts)
        )
        look = (
            # A partitioned table has no pages of its own, and cannot have such a constraint on all of its rows either.
            f"  IF pg_catalog.pg_relation_size({self._oid}) > {_PAGES} * 8192 THEN\n"
            "    RETURN;\n"
            "  END IF;\n"
            "  SELECT count(*), string_agg(names, '; ') FILTER (WHERE place <= " + str(MOST) + ")\n"
            "    INTO bad_count, bad_rows FROM (\n"
            "      SELECT concat(one.name, ' and ', another.name) AS names, row_number() OVER () AS place\n"
            f"      FROM ({rows}) AS one\n"
            f"      JOIN ({rows}) AS another\n"
            f"        ON (one.part, one.place) < (another.part, another.place) AND {meet}\n"
            "    ) AS bad;\n"
        )
        return refusing(
            look,
            table,
            "that exclude each other",
            "exclusion_violation",
            "Change or delete one of each pair",
            counted="pair(s) of rows",
        )

    @property
    def _parts(self) -> list[tuple[Any, str]]:
        """The elements of the constraint with their operators."""
        return [(element, _operator(names)) for element, names in self.constraint.exclusions]

    @property
    def _oid(self) -> str:
        return f"{literal(self.table.identity)}::regclass"


def _operator(names: Any) -> str:
    *schema, symbol = (each.sval for each in names)
    return f"OPERATOR({forms.quoted(schema[0])}.{symbol})" if schema else symbol

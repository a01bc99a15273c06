"""Guards for constraints and unique indexes that a table gets, or that are validated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards import columns, exclusion, tables
from pgproof.alignment.guards.blocks import Duplicates, Refusal
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.alignment.guards.blocks import Guard
    from pgproof.alignment.guards.tables import Table

_FULL = "f"
# What may be NOT ENFORCED.
_MAY_BE_OFF = ("CONSTR_CHECK", "CONSTR_FOREIGN")
# Classes of operators whose equality is that of the type.
_SAME_EQUALITY = "_pattern_ops"


def added(table: Table, constraint: Any) -> Iterator[Guard]:
    """Yield the guards for a constraint; none where PostgreSQL does not look at the rows either."""
    kind = constraint.contype.name
    if not constraint.skip_validation and (constraint.is_enforced or kind not in _MAY_BE_OFF):
        yield from _checked(table, constraint, kind)


def validated(table: Table, name: str) -> Iterator[Guard]:
    """Yield the guards for VALIDATE CONSTRAINT of a constraint that was there before. name: without quotes."""
    attributes = table.constraints().get(forms.quoted(name))
    if attributes is not None:
        constraint = tables.parsed_constraint(attributes["definition"])
        yield from _checked(table, constraint, constraint.contype.name)


def unique_index(table: Table, node: Any) -> Iterator[Guard]:
    """Yield the guard for a unique index."""
    terms = []
    for each in node.indexParams:
        if each.opclass and not each.opclass[-1].sval.endswith(_SAME_EQUALITY):
            return
        term = forms.quoted(each.name) if each.name else f"({forms.as_sql(each.expr)})"
        collation = ".".join(forms.quoted(part.sval) for part in each.collation or ())
        terms.append(f"{term} COLLATE {collation}" if collation else term)
    where = forms.as_sql(node.whereClause) if node.whereClause else ""
    yield _duplicates(table.alone, terms, same_nulls=bool(node.nulls_not_distinct), where=where)


def _checked(table: Table, constraint: Any, kind: str) -> Iterator[Guard]:
    if kind == "CONSTR_NOTNULL":
        for each in constraint.keys or ():
            yield from columns.not_null(table, each.sval)
    elif kind == "CONSTR_CHECK":
        own = tables.known(table.identity, table.catalog, only=True) if constraint.is_no_inherit else table
        expression = forms.as_sql(constraint.raw_expr)
        yield Refusal(
            own or table,
            f"NOT ({expression})",
            f"that violate CHECK ({' '.join(expression.split())})",
            "check_violation",
            "Change these rows so that they fulfil it, or delete them",
        )
    elif kind == "CONSTR_FOREIGN":
        yield from _foreign(table.alone, constraint)
    elif kind == "CONSTR_EXCLUSION":
        yield exclusion.Conflicts(table.alone, constraint)
    elif kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY") and not constraint.without_overlaps:
        names = [each.sval for each in constraint.keys or ()]
        if kind == "CONSTR_PRIMARY":
            for name in names:
                yield from columns.not_null(table, name)
        # By an index that is there already, there is nothing left to find.
        if names:
            yield _duplicates(
                table.alone, [forms.quoted(each) for each in names], same_nulls=bool(constraint.nulls_not_distinct)
            )


def _duplicates(table: Table, terms: list[str], *, same_nulls: bool, where: str = "") -> Duplicates:
    parts = [f"({where})"] if where else []
    if not same_nulls:
        parts += [f"{term} IS NOT NULL" for term in terms]
    what = f"({', '.join(terms)})" + (f" where {' '.join(where.split())}" if where else "")
    return Duplicates(table, tuple(terms), " AND ".join(parts), what)


def _foreign(table: Table, constraint: Any) -> Iterator[Guard]:
    target = tables.named(constraint.pktable, table.catalog)
    own = [each.sval for each in constraint.fk_attrs or ()]
    theirs = [each.sval for each in constraint.pk_attrs or ()] or list(target.key if target else ())
    if constraint.fk_with_period or len(own) != len(theirs):
        return
    alias = "referenced" if table.alias != "referenced" else "referenced_row"
    pairs = [_equal(table, target, pair, alias) for pair in zip(own, theirs, strict=True)]
    if None in pairs:
        return
    identity = ".".join(forms.quoted(x) for x in (constraint.pktable.schemaname, constraint.pktable.relname) if x)
    given = " AND ".join(f"{table.at(each)} IS NOT NULL" for each in own)
    rows = target.alone.rows if target else identity
    found = f"SELECT FROM {rows} AS {alias} WHERE {' AND '.join(str(each) for each in pairs)}"
    bad = f"{given}\n      AND NOT EXISTS ({found})"
    if constraint.fk_matchtype == _FULL and len(own) > 1:
        some = " OR ".join(f"{table.at(each)} IS NOT NULL" for each in own)
        bad = f"({bad})\n      OR ({some}) AND NOT ({given})"
    listed = ", ".join(forms.quoted(each) for each in own)
    yield Refusal(
        table,
        bad,
        f"whose ({listed}) is not in {identity} ({', '.join(forms.quoted(each) for each in theirs)})",
        "foreign_key_violation",
        f"Add the missing rows to {identity}, or change or delete these",
    )


def _equal(table: Table, target: Table | None, names: tuple[str, str], alias: str) -> str | None:
    """Return the condition that a column equals the one that it refers to; None if that cannot be told."""
    columns_ = table.column(names[0]), (target.column(names[1]) if target else {})
    # A column that a step before this one adds is none that the catalog has: its type is then the other's.
    types = [each.get("type") for each in columns_]
    known = [each for each in types if each] or ["pg_catalog.text"]
    operator = tables.equality((types[0] or known[0], types[1] or known[0]), table.catalog)
    collations = [each.get("collation") for each in columns_]
    # PostgreSQL compares by the collation of what is referred to.
    collate = f" COLLATE {collations[1]}" if all(collations) and collations[0] != collations[1] else ""
    return f"{alias}.{forms.quoted(names[1])} {operator} {table.at(names[0])}{collate}" if operator else None

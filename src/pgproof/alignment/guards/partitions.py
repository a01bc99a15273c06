"""Guards for partitions: the rows of a table that becomes one, and those that a default partition has for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards import tables
from pgproof.alignment.guards.blocks import Refusal
from pgproof.catalog.statements.aligned import literal
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.alignment.guards.tables import Table
    from pgproof.catalog import Catalog

_LIST, _HASH = "l", "h"
_OPEN = ("minvalue", "maxvalue")


def attached(parent: Table, command: Any, catalog: Catalog) -> Iterator[Refusal]:
    """Yield the guards for ATTACH PARTITION: on the new partition, and on the default one."""
    inside = _condition(parent.identity, command.bound, catalog)
    partition = tables.named(command.name, catalog)
    if inside is not None and partition is not None:
        yield Refusal(
            partition,
            f"({inside}) IS NOT TRUE",
            f"outside the bounds that it gets as a partition of {parent.identity}",
            "check_violation",
            "Move these rows to the partition that they belong to, or delete them",
        )
    yield from _in_default(parent.identity, inside, catalog)


def made(node: Any, catalog: Catalog) -> Iterator[Refusal]:
    """Yield the guard for CREATE TABLE … PARTITION OF, on the default partition."""
    relation = node.inhRelations[0]
    parent = ".".join(forms.quoted(each) for each in (relation.schemaname, relation.relname) if each)
    yield from _in_default(parent, _condition(parent, node.partbound, catalog), catalog)


def _in_default(parent: str, inside: str | None, catalog: Catalog) -> Iterator[Refusal]:
    for identity, each in catalog.of_kind("relation").items():
        if each.get("partition bound") == "DEFAULT" and each.get("inherits from") == [parent] and inside is not None:
            table = tables.known(identity, catalog)
            if table is not None:
                yield Refusal(
                    table,
                    inside,
                    f"within the bounds of a new partition of {parent}",
                    "check_violation",
                    "Move these rows out of the default partition: detach it, make the new one, and insert them again",
                )


def _condition(parent: str, bound: Any, catalog: Catalog) -> str | None:
    """Return what the rows of a partition fulfil, as SQL; None for a default partition, or an unknown parent."""
    key = catalog.get("relation", parent).get("partition key")
    if key is None or bound.is_default:
        return None
    terms = _terms(key)
    if bound.strategy == _HASH:
        whole = f"{literal(parent)}::regclass"
        return f"satisfies_hash_partition({whole}, {bound.modulus}, {bound.remainder}, {', '.join(terms)})"
    if bound.strategy == _LIST:
        return _listed(terms[0], bound.listdatums)
    limits = [
        _limit(terms, bound.lowerdatums, ">", closed=True),
        _limit(terms, bound.upperdatums, "<", closed=False),
    ]
    return " AND ".join([f"{term} IS NOT NULL" for term in terms] + [each for each in limits if each])


def _terms(key: str) -> list[str]:
    import pglast

    statement: Any = pglast.parse_sql(f"CREATE TABLE t () PARTITION BY {key}")[0].stmt
    elements = statement.partspec.partParams
    return [_term(each) for each in elements]


def _term(element: Any) -> str:
    """Return a part of a partition key, which may have a collation of its own, as bounds are compared by it."""
    term = forms.quoted(element.name) if element.name else f"({forms.as_sql(element.expr)})"
    collation = ".".join(forms.quoted(each.sval) for each in element.collation or ())
    return f"{term} COLLATE {collation}" if collation else term


def _listed(term: str, values: Sequence[Any]) -> str:
    texts = [forms.as_sql(each) for each in values if not getattr(each, "isnull", False)]
    parts = [f"{term} IN ({', '.join(texts)})"] if texts else []
    return " OR ".join(parts + ([f"{term} IS NULL"] if len(texts) < len(values) else []))


def _limit(terms: Sequence[str], values: Sequence[Any], sign: str, *, closed: bool) -> str:
    """Return one end of a range, "" where it is open. closed: whether the value itself is within."""
    given: list[str] = []
    for value in values:
        word = value.fields[-1].sval if type(value).__name__ == "ColumnRef" else ""
        if word in _OPEN:
            # From there on each value will do: with what stands before, or with none of it.
            closed = (word == "minvalue") == (sign == ">")
            break
        given.append(forms.as_sql(value))
    if not given:
        return ""
    return f"ROW({', '.join(terms[: len(given)])}) {sign}{'=' if closed else ''} ROW({', '.join(given)})"

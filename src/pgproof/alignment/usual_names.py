"""The names that PostgreSQL gives to the parts of an index on partitions, which it makes by itself.

They are those of ChooseIndexName, ChooseIndexColumnNames and FigureIndexColname in its source: the partition's name,
those of the columns and "idx", each cut where the whole would be too long.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from pgproof.catalog.statements.aligned import bare, split
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.catalog import Catalog

_MOST = 63
# What names a column by itself; anything else is "expr".
_WORDS = {"CoalesceExpr": "coalesce", "A_ArrayExpr": "array", "ArrayExpr": "array", "RowExpr": "row"}


def renamed(node: Any, partitions: Sequence[str], catalog: Catalog) -> Iterator[str]:
    """Yield the statements that give each partition's part of an index its usual name.

    node: the parse tree of the CREATE INDEX. partitions: their identities. catalog: of the database that changes.
    """
    columns = "_".join(_columns([*node.indexParams, *(node.indexIncludingParams or ())]))
    given: set[tuple[str, str]] = set()
    for partition in partitions:
        schema, name = split(partition)
        made = forms.index_of(bare(name), node.idxname)
        names = (_name(bare(name), columns, f"idx{number or ''}") for number in count())
        usual = next(each for each in names if (schema, each) not in given and not _is_taken(schema, each, catalog))
        given.add((schema, usual))
        if made != usual:
            yield f"ALTER INDEX {schema}.{forms.quoted(made)} RENAME TO {forms.quoted(usual)}"


def _columns(parameters: Sequence[Any]) -> list[str]:
    found: list[str] = []
    for each in parameters:
        name = each.name or _figured(each.expr)[0] or "expr"
        others = (_cut(name, _MOST - len(str(number))) + str(number) for number in count(1))
        found.append(name if name not in found else next(other for other in others if other not in found))
    return found


def _figured(expression: Any) -> tuple[str, bool]:
    """Return the name of an expression, "" for none, and whether it is better than the one of a type around it."""
    kind = type(expression).__name__
    if kind == "CollateClause":
        return _figured(expression.arg)
    if kind in ("TypeCast", "CaseExpr"):
        inner = expression.arg if kind == "TypeCast" else expression.defresult
        found = _figured(inner)
        return found if found[1] else (expression.typeName.names[-1].sval if kind == "TypeCast" else "case", False)
    name = _WORDS.get(kind, "")
    if kind in ("FuncCall", "ColumnRef"):
        name = (expression.funcname if kind == "FuncCall" else expression.fields)[-1].sval
    elif kind == "MinMaxExpr":
        name = "greatest" if expression.op.name == "IS_GREATEST" else "least"
    elif kind == "A_Expr" and expression.kind.name == "AEXPR_NULLIF":
        name = "nullif"
    return name, bool(name)


def _name(one: str, other: str, label: str) -> str:
    """Return both with a label, as far as they have room: of the longer one as much goes as has to."""
    room = _MOST - len(label) - 2
    first, second = len(one.encode()), len(other.encode())
    while first + second > room:
        if first > second:
            first -= 1
        else:
            second -= 1
    return f"{_cut(one, first)}_{_cut(other, second)}_{label}"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def _is_taken(schema: str, name: str, catalog: Catalog) -> bool:
    identity = f"{schema}.{forms.quoted(name)}"
    return any((kind, identity) in catalog.objects for kind in ("index", "relation"))

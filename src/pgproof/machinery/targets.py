"""What gets a value in PL/pgSQL otherwise than by an assignment: by FETCH, EXECUTE … INTO, CALL, loops and more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What sets FOUND beside queries: each loop at its end, or within.
_FINDING = frozenset(("fetch", "loop", "while", "fori", "fors", "forc", "foreach_a", "dynfors"))
FOUND = "found"


def names(data: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the names of the data of a body, by their numbers: several of a row that stands for a list of variables.

    data: as pglast tells them, which leaves zeros out.
    """
    whole = [next(iter(each.values())) for each in data]
    return [
        (f"{whole[found.get('recparentno', 0)].get('refname', '')}.{found['fieldname']}",)
        if "fieldname" in found
        else tuple(_of_datum(each))
        for each, found in zip(data, whole, strict=True)
    ]


def set_by(kind: str, statement: Mapping[str, Any], data: Sequence[tuple[str, ...]]) -> list[str]:
    """Return what a statement itself gives a value to, such as "n" and "new.seq", without what stands within it.

    kind: as in "getdiag". data: see names(). Raises pglast's ParseError for a CALL that is none.
    """
    found = [FOUND] if kind in _FINDING else []
    for each in (statement.get("target"), statement.get("var")):
        found += _of_datum(each or {})
    if kind == "foreach_a":
        found += data[statement.get("varno", 0)]
    elif kind == "getdiag":
        items = (each["PLpgSQL_diag_item"] for each in statement.get("diag_items", ()))
        found += [name for each in items for name in data[each.get("target", 0)]]
    elif kind == "call":
        found += _arguments(statement["expr"]["PLpgSQL_expr"]["query"])
    return [each.lower() for each in found]


def _of_datum(datum: Mapping[str, Any]) -> Iterator[str]:
    for kind, found in datum.items():
        if kind == "PLpgSQL_row":
            yield from (each["name"] for each in found["fields"])
        elif "refname" in found:
            yield found["refname"]


def _arguments(text: str) -> Iterator[str]:
    """Yield the variables that a CALL is given: each may be INOUT."""
    import pglast

    for raw in pglast.parse_sql(text):
        call = getattr(raw.stmt, "funccall", None)
        for each in getattr(call, "args", None) or ():
            value = getattr(each, "arg", each)
            if type(value).__name__ == "ColumnRef":
                yield ".".join(getattr(part, "sval", "*") for part in value.fields)

"""What can go wrong where a column gets another type: which types take every value, and which values lose a part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.alignment.guards.tables import base_type, without_limits
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from pgproof.catalog import Catalog

_TEXTS = ("text", "character varying", "character")
# Each takes every value of those before it.
_INTEGERS = ("smallint", "integer", "bigint", "numeric")
# Of these groups a value may lose a part on the way to another one: digits, or the time of a day.
_NUMBERS = (*_INTEGERS, "real", "double precision")
_TIMES = (
    "timestamp without time zone",
    "timestamp with time zone",
    "date",
    "time without time zone",
    "time with time zone",
)
_CLOCKS = _TIMES[3:]
# How the grammar's names read in the catalog.
_SPELLED = {
    "varchar": "character varying",
    "bpchar": "character",
    "int2": "smallint",
    "int4": "integer",
    "int": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "decimal": "numeric",
}
_LIMIT = re.compile(r"\((\d+)")


def spelled(type_name: Any) -> str:
    """Return a type of a parse tree as the catalog spells it, such as "character varying(3)"."""
    names = [each.sval for each in type_name.names]
    plain = names[-1] if names[0] == "pg_catalog" or len(names) == 1 else ".".join(map(forms.quoted, names))
    plain = _SPELLED.get(plain, plain)
    limits = ",".join(forms.as_sql(each) for each in type_name.typmods or ())
    if limits and plain in _TIMES:
        # The digits of a second stand in the middle.
        first, _, rest = plain.partition(" ")
        plain, limits = f"{first}({limits}) {rest}", ""
    return f"{plain}{f'({limits})' if limits else ''}{'[]' * len(type_name.arrayBounds or ())}"


def is_built_in(name: str) -> bool:
    """Return whether a type is PostgreSQL's own, whose input function can say that it refuses without an error."""
    return "." not in name.partition("(")[0]


def is_text(name: str, catalog: Catalog) -> bool:
    """Return whether a type is a text, or a domain of one, or an enum."""
    return is_string(name, catalog) or catalog.get("type", name).get("kind") == "e"


def is_string(name: str, catalog: Catalog) -> bool:
    """Return whether a type is a text, or a domain of one."""
    return base_type(name, catalog) in _TEXTS


def is_plain(column: str, using: Any) -> bool:
    """Return whether the new value is the old one, cast by nothing but the types themselves."""
    while type(using).__name__ == "TypeCast":
        using = using.arg
    return using is None or (type(using).__name__ == "ColumnRef" and using.fields[-1].sval == column)


def always_fits(was: str, target: str, catalog: Catalog) -> bool:
    """Return whether a type takes every value of another one, unchanged."""
    if was == target:
        return True
    base, plain = base_type(was, catalog), without_limits(target)
    if plain in ("text", "character varying") and (base in _TEXTS or _limit(target) is None):
        limits = _limit(was), _limit(target)
        return limits[1] is None or (limits[0] is not None and limits[0] <= limits[1])
    if base in _INTEGERS and plain in _INTEGERS and _limit(target) is None:
        return _INTEGERS.index(base) <= _INTEGERS.index(plain)
    return (base, plain) == ("real", "double precision")


def loss(column: str, was: str, target: str, catalog: Catalog) -> str | None:
    """Return the condition that a value loses a part, None if none can. column: as SQL.

    A cast to a shorter text cuts it without an error, one to fewer digits rounds, one to a date drops the time.
    """
    base, plain = base_type(was, catalog), without_limits(target)
    if base in _TEXTS and plain in _TEXTS and _limit(target) is not None:
        return f"char_length(rtrim({column}::text)) > {_limit(target)}"
    if base in _TIMES and base not in _CLOCKS and plain in _CLOCKS:
        return f"{column} IS NOT NULL"
    if any(base in group and plain in group for group in (_NUMBERS, _TIMES)) and not (
        base in _INTEGERS[:3] and plain in _INTEGERS
    ):
        return f"({column}::{target})::{base} IS DISTINCT FROM {column}"
    return None


def _limit(name: str) -> int | None:
    found = _LIMIT.search(name)
    # CHARACTER alone is CHARACTER(1).
    return int(found[1]) if found else 1 if name == "character" else None

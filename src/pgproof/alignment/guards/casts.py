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
_FLOATS = ("real", "double precision")
_BITS = ("bit", "bit varying")
_INTERVAL = "interval"
# An address without its host, and a number of which nothing stays but whether it is 0.
_ROUGH = {("inet", "cidr"), ("integer", "boolean")}
_ARRAY = "[]"
_DOMAIN = "d"
# More bytes a name does not have.
_NAME_BYTES = 63
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
    "varbit": "bit varying",
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
    return f"{plain}{f'({limits})' if limits else ''}{_ARRAY if type_name.arrayBounds else ''}"


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


def loss(column: str, was: str, target: str, catalog: Catalog, *, cast: str = "") -> str | None:
    """Return the condition that a value loses a part, None if none can. column: as SQL.

    A cast to a shorter text or bit string cuts it without an error, one to fewer digits rounds, one to a date drops the
    time. cast: the new type as SQL, where it is not spelled like that (INTERVAL YEAR TO MONTH).
    """
    if was.endswith(_ARRAY) and target.endswith(_ARRAY):
        of, to = was.removesuffix(_ARRAY), target.removesuffix(_ARRAY)
        lost = None if always_fits(of, to, catalog) else loss("element", of, to, catalog)
        return lost and f"EXISTS (SELECT FROM unnest({column}) AS each_one (element) WHERE {lost})"
    base, final = base_type(was, catalog), _without_domain(target, catalog)
    if base in _TIMES and base not in _CLOCKS and without_limits(final) in _CLOCKS:
        return f"{column} IS NOT NULL"
    return _cut(column, base, final) or _rounded(column, base, final, cast or target)


def _cut(column: str, base: str, target: str) -> str | None:
    """Return the condition that a text or a bit string is longer than its new type."""
    plain, limit = without_limits(target), _limit(target)
    if plain in _TEXTS and limit is not None:
        return f"char_length(rtrim({column}::text)) > {limit}"
    if plain == "name":
        return f"octet_length({column}::text) > {_NAME_BYTES}"
    return f"length({column}) > {limit}" if base in _BITS and plain in _BITS and limit is not None else None


def _rounded(column: str, base: str, target: str, cast: str) -> str | None:
    """Return the condition that a value is another one on the way to a type and back."""
    plain = without_limits(target)
    if base in _TEXTS:
        # A text is read in full first. What has no limit keeps all that it says.
        full = _TIMES[0] if plain == "date" else plain if _limit(target) is not None else ""
        known = full in (*_TIMES, "numeric")
        return f"({column}::{cast})::{full} IS DISTINCT FROM {column}::{full}" if known else None
    if base in _INTEGERS[:3] and plain in _FLOATS:
        # The highest values become one that is too large to go back.
        near = f"({column}::{cast})::double precision"
        back = f"{near}::bigint IS DISTINCT FROM {column}"
        return f"CASE WHEN {near} < 9223372036854775807 THEN {back} ELSE {column} IS NOT NULL END"
    return f"({column}::{cast})::{base} IS DISTINCT FROM {column}" if _may_lose(base, plain) else None


def _may_lose(base: str, plain: str) -> bool:
    """Return whether the way to a type and back may end with another value, which is then shorter or rounded."""
    if base.startswith(_INTERVAL):
        return plain.startswith(_INTERVAL) or plain in _CLOCKS
    if any(base in group and plain in group for group in (_NUMBERS, _TIMES)):
        return not (base in _INTEGERS[:3] and plain in _INTEGERS)
    return (base, plain) in _ROUGH or (base in _INTEGERS and plain == "money")


def _without_domain(name: str, catalog: Catalog) -> str:
    """Return what a type is in the end, with its limits."""
    attributes = catalog.get("type", name)
    return _without_domain(attributes["base"], catalog) if attributes.get("kind") == _DOMAIN else name


def _limit(name: str) -> int | None:
    found = _LIMIT.search(name)
    # CHARACTER alone is CHARACTER(1), and BIT is BIT(1).
    return int(found[1]) if found else 1 if name in ("character", "bit") else None

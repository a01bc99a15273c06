"""PostgreSQL's text of a value as JSON, as to_jsonb would write it, so that a client sees typed values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_NUMBERS = frozenset({"int2", "int4", "int8", "oid", "float4", "float8", "numeric"})
_JSON = frozenset({"json", "jsonb"})
_TIMES = frozenset({"timestamp", "timestamptz"})
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_OFFSET = re.compile(r"([+-]\d\d)(?= BC$|$)")
# A JSON document that came through a text array or column has its own line breaks.
_ARRAY_TOKEN = re.compile(r'[{},]|"(?:[^"\\]|\\.)*"|[^{},"]+', re.DOTALL)
_BOUNDS = re.compile(r"^\[[^\]]*\](?:\[[^\]]*\])*=")


@dataclass(frozen=True)
class Type:
    """A column's type. name: as in pg_type. base: what a domain is based on, else name. element: of an array."""

    name: str
    base: str
    element: str | None = None


def as_json(value: str | None, column_type: Type) -> str:
    """Return the JSON text of a value; None is null."""
    if value is None:
        return "null"
    if column_type.element is not None:
        return _array(value, column_type.element)
    return _scalar(value, column_type.base)


def _scalar(value: str, name: str) -> str:
    if name in _JSON:
        return value
    if name == "bool":
        return "true" if value == "t" else "false"
    # NaN and Infinity are not JSON numbers.
    if name in _NUMBERS and _NUMBER.fullmatch(value):
        return value
    if name in _TIMES:
        value = _iso(value, with_offset=name == "timestamptz")
    elif name == "bytea":
        value = value.removeprefix("\\x")
    return json.dumps(value, ensure_ascii=False)


def _iso(value: str, *, with_offset: bool) -> str:
    value = value.replace(" ", "T", 1)
    return _OFFSET.sub(r"\1:00", value) if with_offset else value


def _array(value: str, element: str) -> str:
    """Return {a,"b c",NULL}, of any number of dimensions, as ["a","b c",null]."""
    parts = []
    for token in _ARRAY_TOKEN.findall(_BOUNDS.sub("", value)):
        match token:
            case "{":
                parts.append("[")
            case "}":
                parts.append("]")
            case ",":
                parts.append(",")
            case "NULL":
                parts.append("null")
            case _ if token.startswith('"'):
                parts.append(_scalar(re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL), element))
            case _:
                parts.append(_scalar(token, element))
    return "".join(parts)

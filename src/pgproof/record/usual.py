"""What is usual and therefore not written, and the words that stand for PostgreSQL's one-letter codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.catalog import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = {
    "relation": wording.RELATIONS,
    "platform table": wording.RELATIONS,
    "function": {"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"},
    "type": {"e": "enum", "d": "domain", "c": "composite", "r": "range", "b": "base", "p": "shell"},
}
# What an object has if its section says nothing else. A change here is a change of the format.
_USUAL: dict[str, dict[str, Any]] = {
    "relation": {"persistence": "p", "row security": False, "row security forced": False, "replica identity": "d"},
    "platform table": {"row security": False, "row security forced": False},
    "column": {
        "not null": False,
        "identity": "",
        "generated": "",
        "compression": "",
        "inherited": False,
        "local": True,
    },
    "constraint": {"validated": True, "deferrable": False, "deferred": False, "inherited": False, "local": True},
    "index": {
        "unique": False,
        "primary": False,
        "immediate": True,
        "valid": True,
        "ready": True,
        "replica identity": False,
        "clustered": False,
    },
    "trigger": {"enabled": "O"},
    "platform trigger": {"enabled": "O"},
    "platform event trigger": {"enabled": "O"},
    "event trigger": {"enabled": "O"},
    "rule": {"enabled": "O"},
    "policy": {"permissive": True},
    "function": {
        "kind": "f",
        "arguments": "",
        "volatility": "v",
        "strict": False,
        "security definer": False,
        "leakproof": False,
        "parallel": "u",
        "cost": 100,
        "rows": 0,
    },
    "role": {
        "superuser": False,
        "inherit": True,
        "create role": False,
        "create database": False,
        "login": False,
        "replication": False,
        "bypass row security": False,
    },
    "membership": {"admin": False, "inherit": True, "set": True},
    "sequence": {"start": 1, "increment": 1, "minimum": 1, "cache": 1, "cycle": False},
    "type": {"not null": False},
    "publication": {
        "all tables": False,
        "insert": True,
        "update": True,
        "delete": True,
        "truncate": True,
        "via root": False,
    },
    "published table": {"by name": True, "column list": False},
}
_STORED = {"access method": "heap"}
_UNIDENTIFIED = {"replica identity": "n"}
_USUAL_OF_RELATIONS: dict[str, dict[str, Any]] = {
    "r": _STORED,
    "m": {**_STORED, "populated": True},
    "f": _UNIDENTIFIED,
    "v": _UNIDENTIFIED,
    "S": _UNIDENTIFIED,
}
# How a column of such a type is stored and compared, unless somebody changed it; all others are "extended".
_PLAIN = re.compile(r"(bigint|boolean|date|double precision|integer|oid|real|smallint|time|timestamp|uuid)\b[^\[]*")
_COLLATED = re.compile(r"(character|text)\b.*")
_USUAL_OF_FOREIGN_KEYS = {"triggers": ["O"], "triggers there": ["O"]}


def written(kind: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that a section says, in words."""
    usual = _usual(kind, attributes)
    said = {name: value for name, value in attributes.items() if name not in usual or value != usual[name]}
    # An empty list stands for none where there usually is a value.
    said |= {name: [] for name in usual if attributes.get(name) is None}
    return {name: _spelled(kind, name, value) for name, value in said.items()}


def read(kind: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of an object from what its section says; the inverse of written()."""
    found = {name: _coded(kind, name, value) for name, value in said.items()}
    found = {**_usual(kind, found), **found}
    return {name: value for name, value in found.items() if value != []}


def _usual(kind: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    usual = _USUAL.get(kind, {})
    if kind == "relation":
        return usual | _USUAL_OF_RELATIONS.get(attributes.get("kind", ""), {})
    if kind == "column":
        of_type = str(attributes.get("type"))
        collation = {"collation": '"default"'} if _COLLATED.fullmatch(of_type) else {}
        return usual | collation | {"storage": "p" if _PLAIN.fullmatch(of_type) else "x"}
    if kind == "constraint" and attributes.get("definition", "").startswith("FOREIGN KEY"):
        return usual | _USUAL_OF_FOREIGN_KEYS
    return usual


def _words(kind: str, name: str) -> Mapping[str, str]:
    return _KINDS.get(kind, {}) if name == "kind" else wording.CODES.get(name, {})


def _spelled(kind: str, name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(kind, name, each) for each in value]
    return _words(kind, name).get(value, value) if isinstance(value, str) else value


def _coded(kind: str, name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_coded(kind, name, each) for each in value]
    if not isinstance(value, str):
        return value
    codes = {word: code for code, word in _words(kind, name).items()}
    return codes.get(value, value)

"""How a difference of two catalogs reads: catalog codes spelled out, long values shortened, secrets left out."""

from __future__ import annotations

from typing import Any

RELATIONS = {
    "r": "table",
    "p": "partitioned table",
    "f": "foreign table",
    "v": "view",
    "m": "materialized view",
    "S": "sequence",
}
_ENABLED = {"O": "yes", "D": "no", "R": "on replicas only", "A": "always"}
# The one-letter codes of the catalogs, by attribute.
CODES: dict[str, dict[str, str]] = {
    "replica identity": {"d": "default", "n": "nothing", "f": "full", "i": "index"},
    "persistence": {"p": "permanent", "u": "unlogged", "t": "temporary"},
    "storage": {"p": "plain", "e": "external", "m": "main", "x": "extended"},
    "compression": {"p": "pglz", "l": "lz4", "": "default"},
    "identity": {"a": "always", "d": "by default", "": "none"},
    "generated": {"s": "stored", "v": "virtual", "": "no"},
    "volatility": {"i": "immutable", "s": "stable", "v": "volatile"},
    "parallel": {"s": "safe", "r": "restricted", "u": "unsafe"},
    "command": {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"},
    "enabled": _ENABLED,
    "triggers": _ENABLED,
    "triggers there": _ENABLED,
    "context": {"e": "explicit", "a": "assignment", "i": "implicit"},
    "method": {"f": "function", "i": "input and output", "b": "binary"},
}
_FLAGS = {"not null": "NOT NULL", "strict": "STRICT", "security definer": "SECURITY DEFINER", "leakproof": "LEAKPROOF"}
_PLURALS = {"index": "indexes", "policy": "policies", "default privileges": "default privileges"}
_LONG = 70


def is_secret(attribute: str) -> bool:
    """Return whether the values of this attribute may hold a password."""
    return attribute.startswith("secret ")


def with_it(counts: tuple[tuple[str, int], ...]) -> str:
    """Return the counts of objects that belong to another one as text in brackets, empty without any."""
    counted = ", ".join(f"{n} {kind if n == 1 else _PLURALS.get(kind, kind + 's')}" for kind, n in counts)
    return f" (with {counted})" if counted else ""


def change(attribute: str, sides: tuple[Any, Any], names: tuple[str, str]) -> str:
    """Return the words for one attribute that differs. sides, names: the values and names of left and right."""
    left, right = sides
    if is_secret(attribute):
        return f"{attribute.removeprefix('secret ')} differ; they may hold secrets and are not shown"
    if isinstance(left, bool) and isinstance(right, bool):
        return f"{_FLAGS.get(attribute, attribute)} only in {names[0 if left else 1]}"
    if isinstance(left, dict) or isinstance(right, dict):
        return _parts(attribute, left or {}, right or {}, names)
    if isinstance(left, list) or isinstance(right, list):
        return _lists(attribute, left or [], right or [], names)
    if left is None or right is None:
        name, value = (names[1], right) if left is None else (names[0], left)
        return f"{attribute} only in {name}: {_shown(attribute, value)}"
    return _values(attribute, _spelled(attribute, left), _spelled(attribute, right), names)


def _parts(attribute: str, left: dict[str, Any], right: dict[str, Any], names: tuple[str, str]) -> str:
    parts = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
    return "; ".join(change(f"{attribute}: {name}", (left.get(name), right.get(name)), names) for name in parts)


def _lists(attribute: str, left: list[Any], right: list[Any], names: tuple[str, str]) -> str:
    """Return what each side has alone; both lists where only the order differs."""
    alone = [
        f"{_shown(attribute, [each for each in mine if each not in others])} only in {name}"
        for mine, others, name in ((left, right, names[0]), (right, left, names[1]))
        if any(each not in others for each in mine)
    ]
    if alone:
        return f"{attribute}: {'; '.join(alone)}"
    return _values(attribute, ", ".join(map(str, left)), ", ".join(map(str, right)), names)


def _values(attribute: str, left: str, right: str, names: tuple[str, str]) -> str:
    """Return both values: of several lines the first that differs, of a long text the part around the difference."""
    where = ""
    if "\n" in left or "\n" in right:
        lines = left.splitlines(), right.splitlines()
        number = next((n for n, (one, two) in enumerate(zip(*lines, strict=False)) if one != two), min(map(len, lines)))
        left, right = ((each[number].strip() or "(empty)") if number < len(each) else "(the end)" for each in lines)
        where = f" from line {number + 1}"
    left, right = _around(left, right)
    return f"{attribute} differs{where}: {left} in {names[0]}, {right} in {names[1]}"


def _around(left: str, right: str) -> tuple[str, str]:
    if max(len(left), len(right)) <= _LONG:
        return left, right
    same = next((n for n, (one, two) in enumerate(zip(left, right, strict=False)) if one != two), 0)
    start = max(0, same - _LONG // 3)
    return _cut(left, start), _cut(right, start)


def _cut(text: str, start: int = 0) -> str:
    """Return the part of a text from about there on, from the beginning of a word to the end of one."""
    if start:
        start = text.rfind(" ", 0, start + 1) + 1
    end = start + _LONG
    if end < len(text):
        # A single word that is longer than that stays whole.
        end = max(text.rfind(" ", start, end + 1), text.find(" ", end) if " " not in text[start : end + 1] else -1)
        end = len(text) if end < 0 else end
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _shown(attribute: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(attribute, each) for each in value) or "none"
    return _cut(" ".join(_spelled(attribute, value).split()))


def _spelled(attribute: str, value: Any) -> str:
    return CODES.get(attribute, {}).get(str(value), str(value))

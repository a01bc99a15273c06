"""How a difference of two catalogs reads: catalog codes spelled out, long values shortened, secrets left out."""

from __future__ import annotations

from typing import Any

from pgproof import scrub_sql
from pgproof.scrub import STARS

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
    "streaming": {"t": "on", "f": "off", "p": "parallel"},
}
# What an attribute is called where its own name says something else.
LABELS = {("function", "rows"): "planner's estimate of rows"}
_FLAGS = {"not null": "NOT NULL", "strict": "STRICT", "security definer": "SECURITY DEFINER", "leakproof": "LEAKPROOF"}
_FLAGS |= {"superuser": "SUPERUSER", "inherit": "INHERIT", "create role": "CREATEROLE", "create database": "CREATEDB"}
_FLAGS |= {"login": "LOGIN", "replication": "REPLICATION", "bypass row security": "BYPASSRLS", "admin": "ADMIN OPTION"}
# Lists of which each member is "name=value".
_OPTIONS = ("foreign options", "options", "settings", "toast options", "column options")
_HIDDEN = "may be a secret and is not shown"
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
    if None in sides:
        side = 0 if right is None else 1
        return f"{attribute} only in {names[side]}: {_shown(attribute, sides[side])}"
    return _texts(attribute, _spelled(attribute, left), _spelled(attribute, right), names)


def _texts(attribute: str, left: str, right: str, names: tuple[str, str]) -> str:
    clean = scrub_sql.replaced(left), scrub_sql.replaced(right)
    if left != right and clean[0] == clean[1]:
        return f"{attribute} differs; it {_HIDDEN}"
    return _values(attribute, *clean, names)


def shown_values(attribute: str, sides: tuple[Any, Any]) -> list[Any] | None:
    """Return both values without secrets, None where they would look the same, or may hold nothing but secrets."""
    if is_secret(attribute):
        return None
    clean = [_clean(attribute, each) for each in sides]
    return None if clean[0] == clean[1] else clean


def _clean(attribute: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(name, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_clean(attribute, each) for each in value]
    if not isinstance(value, str):
        return value
    return scrub_sql.option(value) if attribute in _OPTIONS else scrub_sql.replaced(value)


def _is_hidden(option: str) -> bool:
    """Return whether an option may hold a secret, or held one before its record was written."""
    return scrub_sql.option(option) != option or option.endswith(f"={STARS}")


def _options(attribute: str, left: list[str], right: list[str], names: tuple[str, str]) -> str:
    """Return what each side has alone; of one that may hold a secret only the name."""
    parts: list[str] = []
    alone = [each for each in left if each not in right], [each for each in right if each not in left]
    hidden = [{each.partition("=")[0] for each in side if _is_hidden(each)} for side in alone]
    for name in sorted(hidden[0] | hidden[1]):
        sides = [any(each.partition("=")[0] == name for each in side) for side in alone]
        if all(sides):
            parts.append(f"{name} differs; its value {_HIDDEN}")
        else:
            parts.append(f"{name} only in {names[sides.index(True)]}; its value {_HIDDEN}")
    for side, name in zip(alone, names, strict=True):
        plain = [each for each in side if each.partition("=")[0] not in hidden[0] | hidden[1]]
        if plain:
            parts.append(f"{_shown(attribute, plain)} only in {name}")
    if not parts:
        one, two = (", ".join(map(scrub_sql.option, side)) for side in (left, right))
        return _values(attribute, one, two, names)
    return f"{attribute}: {'; '.join(parts)}"


def _parts(attribute: str, left: dict[str, Any], right: dict[str, Any], names: tuple[str, str]) -> str:
    parts = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
    return "; ".join(change(f"{attribute}: {name}", (left.get(name), right.get(name)), names) for name in parts)


def _lists(attribute: str, left: list[Any], right: list[Any], names: tuple[str, str]) -> str:
    """Return what each side has alone; both lists where only the order differs."""
    if attribute.partition(": ")[0] in _OPTIONS:
        return _options(attribute, left, right, names)
    one, two = ([each for each in mine if each not in others] for mine, others in ((left, right), (right, left)))
    alone = [f"{_shown(attribute, mine)} only in {name}" for mine, name in zip((one, two), names, strict=True) if mine]
    if alone and _clean(attribute, one) == _clean(attribute, two):
        return f"{attribute} differ; what is different {_HIDDEN}"
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
    return _cut(" ".join(scrub_sql.replaced(_spelled(attribute, value)).split()))


def _spelled(attribute: str, value: Any) -> str:
    return CODES.get(attribute, {}).get(str(value), str(value))

"""Documents as TOML that a person reviews: one fact a line, bodies as real lines, always in the same order.

Python reads TOML, but does not write it. Attributes that all objects of a kind have begin their sections, in an order
for people; what has many lines comes last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.record.layout import NESTED, only_attribute
from pgproof.record.scope import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.record.layout import Document

# Objects of these kinds take one line each.
_ONE_LINE = {
    "column",
    "constraint",
    "default privileges",
    "extension",
    "extension dependency",
    "grant",
    "index",
    "membership",
    "published schema",
    "published table",
    "schema",
}
_TITLES = {
    "database": "The database itself, and what lies in no schema",
    "functions": "Functions, procedures and aggregates",
    "grants": "Who may do what",
    "platform": "What the platform's schemas have of this project, and what the API roles may do there",
    "publications": "What is published",
    "roles": "The roles that matter here, without passwords, and what they are members of",
    "sequences": "Sequences",
    "tables": "Tables, with their columns, constraints, indexes, policies, triggers and rules",
    "types": "Types, domains and casts",
    "views": "Views and materialized views",
}
_FIRST = ("kind", "event", "command", "permissive", "roles", "type", "not null", "default", "definition", "arguments")
_FIRST_NAMES = {name: number for number, name in enumerate((*_FIRST, "result", "language"))}
_WIDTH = 110
# A literal text keeps every character; what it cannot hold is written with escapes.
_NOT_LITERAL = re.compile(r"'''|[^\x20-\x7e\n\t\xa0-\U0010ffff]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def text(name: str, document: Document) -> str:
    """Return the content of a file. name: as layout.documents() has it."""
    lines = [f"# {_TITLES[name]}."]
    for kind, sections in document.items():
        if kind in _ONE_LINE or kind.startswith(PLATFORM):
            lines += ["", f"[{_key(kind)}]"]
            lines += [f"{_key(identity)} = {_short(kind, section)}" for identity, section in sections.items()]
        else:
            for identity, section in sections.items():
                lines += ["", *_section(f"{_key(kind)}.{_key(identity)}", section)]
    return "\n".join(lines) + "\n"


def _section(header: str, section: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{header}]"
    after: list[str] = []
    for name, value in sorted(section.items(), key=_rank):
        if name not in NESTED:
            yield from _attribute(_key(name), value)
        elif name in _ONE_LINE:
            yield from (f"{name}.{_key(each)} = {_short(name, said)}" for each, said in value.items())
        else:
            for each, said in value.items():
                after += ["", *_section(f"{header}.{name}.{_key(each)}", said)]
    yield from after


def _attribute(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in sorted(value.items()):
            yield from _attribute(f"{key}.{_key(name)}", each)
    else:
        yield f"{key} = {_value(value, multi_line=True)}"


def _rank(item: tuple[str, Any]) -> tuple[Any, ...]:
    name, value = item
    if name in NESTED:
        return 2, list(NESTED).index(name)
    return isinstance(value, str) and "\n" in value, _FIRST_NAMES.get(name, len(_FIRST_NAMES)), name


def _short(kind: str, section: Mapping[str, Any]) -> str:
    """Return an object in one line; if it has only what its kind is about, that is the line."""
    only = only_attribute(kind)
    if section.keys() == {only}:
        return _value(section[only], multi_line=isinstance(section[only], list))
    return _value(dict(sorted(section.items(), key=_rank)))


def _value(value: Any, *, multi_line: bool = False) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _lines(value) if multi_line and "\n" in value else _quoted(value)
    if isinstance(value, list):
        items = [_value(each) for each in value]
        together = f"[{', '.join(items)}]"
        if multi_line and len(together) > _WIDTH:
            return "\n".join(["[", *(f"  {each}," for each in items), "]"])
        return together
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_value(each)}' for name, each in value.items())} }}" if value else "{}"
    return repr(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(value: str) -> str:
    if ('"' in value or "\\" in value) and "'" not in value and not re.search(r"[^\x20-\x7e\xa0-\U0010ffff]", value):
        return f"'{value}'"
    return f'"{_escaped(value)}"'.replace("\n", "\\n")


def _lines(value: str) -> str:
    if not _NOT_LITERAL.search(value) and not value.endswith("'"):
        return f"'''\n{value}'''"
    return f'"""\n{_escaped(value)}"""'


def _escaped(value: str) -> str:
    escaped = "".join(_ESCAPES.get(each, each) for each in value)
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", escaped)

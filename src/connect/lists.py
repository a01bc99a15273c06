"""The lists of tables, functions and indexes in sql/, written from schema.toml.

A list stands between two comment lines, `-- list: NAME` and `-- end of list`; do not edit what is between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connect.paths import SQL, VALIDATION
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connect.schema import Function

_LIST = re.compile(
    r"^(?P<indent> *)-- list: (?P<name>[\w ]+)\n(?P<text>.*?)^ *-- end of list$", re.MULTILINE | re.DOTALL
)
FILES = (VALIDATION, SQL / "verifier_role.sql")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _rows(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows of a VALUES list, one per line."""
    return [f"({', '.join(map(_quoted, row))}){',' if n < len(rows) else ''}" for n, row in enumerate(rows, 1)]


def _tables() -> list[str]:
    return _rows([(table,) for table in SCHEMA.tables])


def _functions() -> list[str]:
    return _rows([(each.signature, each.result) for each in sorted(_guide(), key=lambda each: each.signature)])


def _guide() -> list[Function]:
    return [function for function in SCHEMA.functions.values() if function.guide]


def _indexes() -> list[str]:
    found = [(name, SCHEMA.index(table, name)) for table, name, index in SCHEMA.of_tables("indexes") if index.guide]
    lines = []
    for n, (name, definition) in enumerate(found, 1):
        lines += [f"({_quoted(name)},", f" {_quoted(definition)}){',' if n < len(found) else ''}"]
    return lines


def _triggers() -> list[str]:
    found = [(table, name, SCHEMA.trigger(table, name)) for table, name, _ in SCHEMA.of_tables("triggers")]
    lines = []
    for n, (table, name, definition) in enumerate(found, 1):
        rest = definition.removeprefix(f"CREATE TRIGGER {name} ")
        lines += [f"({_quoted(name)}, {_quoted(table)},", f" {_quoted(rest)}){',' if n < len(found) else ''}"]
    return lines


def _orphans() -> list[str]:
    lines = []
    for n, (table, column, target) in enumerate(SCHEMA.references):
        lines += [
            f"{'+ ' if n else ''}(SELECT count(*) FROM public.{table} t WHERE t.{column} IS NOT NULL",
            f"    AND NOT EXISTS (SELECT FROM public.{target} r WHERE r.id = t.{column}))",
        ]
    return lines


def _foreign_keys() -> list[str]:
    keys: list[tuple[str, ...]] = [
        (table, name)
        for table, name, definition in SCHEMA.of_tables("constraints")
        if definition.startswith("FOREIGN KEY")
    ]
    return _rows(keys)


def _grants() -> list[str]:
    names = [f"public.{table}" for table in SCHEMA.tables]
    return [f"{name}{',' if n < len(names) else ''}" for n, name in enumerate(names, 1)]


def _names() -> list[str]:
    names = list(SCHEMA.tables)
    return [f"{_quoted(name)}{',' if n < len(names) else ''}" for n, name in enumerate(names, 1)]


_WRITERS: dict[str, Callable[[], list[str]]] = {
    "tables": _tables,
    "functions": _functions,
    "indexes": _indexes,
    "triggers": _triggers,
    "orphans": _orphans,
    "foreign keys": _foreign_keys,
    "granted tables": _grants,
    "table names": _names,
}


def written(text: str) -> str:
    """Return a script with every list as schema.toml has it. text: the script. Raises KeyError for an unknown list."""

    def replace(match: re.Match[str]) -> str:
        indent = match["indent"]
        lines = [f"{indent}{line}".rstrip() for line in _WRITERS[match["name"]]()]
        return "\n".join([f"{indent}-- list: {match['name']}", *lines, f"{indent}-- end of list"])

    return _LIST.sub(replace, text)


def stale() -> list[Path]:
    """Return the scripts of FILES whose lists differ from schema.toml."""
    return [file for file in FILES if written(file.read_text(encoding="utf-8")) != file.read_text(encoding="utf-8")]


def write() -> list[Path]:
    """Write the lists into the scripts of FILES, and return the scripts that changed."""
    changed = stale()
    for file in changed:
        file.write_text(written(file.read_text(encoding="utf-8")), encoding="utf-8")
    return changed

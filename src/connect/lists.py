"""The lists of tables, functions and indexes in sql/, written from schema.toml.

A list stands between two comment lines, `-- list: NAME` and `-- end of list`; do not edit what is between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connect.paths import SQL, VALIDATION
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_LIST = re.compile(
    r"^(?P<indent> *)-- list: (?P<name>[\w ]+)\n(?P<text>.*?)^ *-- end of list$", re.MULTILINE | re.DOTALL
)
FILES = (VALIDATION, SQL / "verifier_role.sql")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _separated(items: Iterable[str]) -> list[str]:
    """Return the lines of a list's items, which may have several lines each, with commas between the items."""
    return ",\n".join(items).split("\n")


def _row(*values: str) -> str:
    return f"({', '.join(map(_quoted, values))})"


def _tables() -> list[str]:
    return _separated(map(_row, SCHEMA.tables))


def _functions() -> list[str]:
    found = sorted((each.signature, each.result) for each in SCHEMA.functions.values() if each.guide)
    return _separated(_row(*each) for each in found)


def _indexes() -> list[str]:
    return _separated(
        f"({_quoted(name)},\n {_quoted(SCHEMA.index(table, name))})"
        for table, name, index in SCHEMA.of_tables("indexes")
        if index.guide
    )


def _triggers() -> list[str]:
    return _separated(
        f"({_quoted(name)}, {_quoted(table)},\n"
        f" {_quoted(SCHEMA.trigger(table, name).removeprefix(f'CREATE TRIGGER {name} '))})"
        for table, name, _ in SCHEMA.of_tables("triggers")
    )


def _orphans() -> list[str]:
    counts = (
        f"(SELECT count(*) FROM public.{table} t WHERE t.{column} IS NOT NULL\n"
        f"    AND NOT EXISTS (SELECT FROM public.{target} r WHERE r.id = t.{column}))"
        for table, column, target in SCHEMA.references
    )
    return "\n+ ".join(counts).split("\n")


def _foreign_keys() -> list[str]:
    return _separated(_row(*key) for key in SCHEMA.foreign_keys)


def _grants() -> list[str]:
    return _separated(f"public.{table}" for table in SCHEMA.tables)


def _names() -> list[str]:
    return _separated(map(_quoted, SCHEMA.tables))


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

"""The lists of tables, functions and indexes in sql/, written from schema.toml.

A list stands between two comment lines, `-- list: NAME` and `-- end of list`; do not edit what is between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connect.guide.columns import COLUMNS, REFERENCES
from connect.guide.events import GUIDE_CALLS, TRIGGERS
from connect.guide.functions import FUNCTIONS
from connect.guide.indexes import INDEXES, wanted
from connect.paths import SQL, VALIDATION
from connect.rules import rules
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from connect.schema import Reference

_LIST = re.compile(
    r"^(?P<indent> *)-- list: (?P<name>[\w ]+)\n(?P<text>.*?)^ *-- end of list$", re.MULTILINE | re.DOTALL
)
# Row by row, as long as there is time: a row that is late is not judged, and ends it.
_ORPHANS = """\
SELECT '{table}.{column}', count(*) FILTER (WHERE bad),
  NOT coalesce(bool_or(late), false) AND (count(*) < (SELECT listed FROM settings)) IS NOT FALSE
FROM (SELECT bad, late FROM (
    SELECT late, CASE WHEN NOT late THEN t.{column} IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.{target} r WHERE r.id = t.{column}) END AS bad
    FROM (
      SELECT {column}, clock_timestamp() >= (SELECT keys_end FROM settings) AS late FROM public.{table} OFFSET 0
    ) AS t OFFSET 0
  ) AS judged WHERE bad OR late LIMIT (SELECT listed FROM settings)) AS found"""
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


def _columns() -> list[str]:
    return _separated(_row(*name.split("."), column.type) for name, column in COLUMNS.items())


def _functions() -> list[str]:
    found = sorted((each.signature, each.arguments, each.result, each.code) for each in FUNCTIONS.values())
    return _separated(_row(*each) for each in found)


def _indexes() -> list[str]:
    found = []
    for name, table in INDEXES.items():
        covers = wanted(name)
        is_unique = str(SCHEMA.tables[table].indexes[name].unique).lower()
        covered = f"{_array(covers.columns)}, {is_unique}, {_array(sorted(covers.predicate))}"
        found.append(f"({_quoted(name)}, {_quoted(table)}, {covered},\n {_quoted(SCHEMA.index(table, name))})")
    return _separated(found)


def _triggers() -> list[str]:
    found = []
    for name, (table, trigger) in TRIGGERS.items():
        short = table.removeprefix("public.")
        by_function = _quoted(trigger.calls) if trigger.calls in GUIDE_CALLS else "NULL"
        found.append(
            f"({_quoted(name)}, {_quoted(short)}, {_quoted(trigger.when.split()[0])}, {by_function},\n"
            f" {_quoted(SCHEMA.trigger(short, name))})"
        )
    return _separated(found)


def _array(texts: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(map(_quoted, texts))}]::text[]"


def _orphans() -> list[str]:
    judged = (_ORPHANS.format(table=table, column=column, target=target) for table, column, target in _references())
    return "\nUNION ALL\n".join(judged).split("\n")


def _proofs() -> list[str]:
    known = rules()
    found = [
        ("messages without seq", known["messages without seq"].proved),
        ("duplicate seq", known["duplicate seq"].proved),
    ]
    for table, column, _ in _references():
        name = f"orphans {table}.{column}"
        found.append((name, known[name].promised))
    return _separated(f"({_quoted(name)}, {sql.strip()})" for name, sql in found)


def _references() -> Iterator[Reference]:
    return (each for each in SCHEMA.references if f"{each.table}.{each.column}" in REFERENCES)


def _foreign_keys() -> list[str]:
    return _separated(_row(*name.split("."), target) for name, target in REFERENCES.items())


def _grants() -> list[str]:
    return _separated(f"public.{table}" for table in SCHEMA.tables)


def _names() -> list[str]:
    return _separated(map(_quoted, SCHEMA.tables))


_WRITERS: dict[str, Callable[[], list[str]]] = {
    "tables": _tables,
    "columns": _columns,
    "functions": _functions,
    "indexes": _indexes,
    "triggers": _triggers,
    "orphans": _orphans,
    "proofs": _proofs,
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

"""Mutants of each index: dropped, other columns, another order, another predicate, the other uniqueness, invalid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connect.guide.indexes import IDENTIFYING
from connect.mutants import mutant, parity, validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from connect.mutants import Mutant
    from pgproof.catalog import Catalog

_DEFINITION = re.compile(r"CREATE (?:UNIQUE )?INDEX \S+ ON (\S+) USING \w+ \((.*?)\)(?: WHERE (.*))?")


def mutants(catalog: Catalog, checks: frozenset[str]) -> Iterator[Mutant]:
    """Yield mutants named index-NAME-dropped, -columns, -order, -predicate, -unique, -invalid.

    checks: the names of the rows of 004.
    """
    for identity, index in catalog.of_kind("index").items():
        name = identity.split(".")[1]
        invalid = f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{identity}'::regclass"
        if catalog.parents["index", identity][0] == "constraint":
            valid = "tests/schema/test_indexes.py::test_every_index_is_valid[{env}]"
            yield mutant(f"index-{name}-invalid", invalid, valid, parity("index"))
            continue
        expected = [
            f"tests/schema/own_baseline/test_indexes.py::test_index_is_as_declared[{{env}}-{name}]",
            parity("index"),
        ]
        criterion = f"tests/schema/test_indexes.py::test_index_is_covered[{{env}}-{name}]"
        for what, change in {**_redefined(identity, index["definition"]), "invalid": invalid}.items():
            guide = (
                [criterion, validation(f"index {name}")] if f"index {name}" in checks and _matters(what, index) else []
            )
            yield mutant(f"index-{name}-{what}", change, *expected, *guide)


def _matters(what: str, index: Mapping[str, Any]) -> bool:
    """Return whether an index that is changed in this way no longer does what the guide needs it for."""
    if what == "predicate":
        return " WHERE " not in index["definition"]
    if what == "order":
        return not index["unique"]
    if what == "unique":
        match = _DEFINITION.fullmatch(index["definition"])
        return bool(index["unique"] or (match and not IDENTIFYING & set(re.findall(r"\w+", match[2]))))
    return True


def _redefined(identity: str, definition: str) -> dict[str, str]:
    match = _DEFINITION.fullmatch(definition)
    assert match is not None, f"a plain index: {definition}"
    _, columns, predicate = match.groups()
    again = f"DROP INDEX {identity}; "
    found = {
        "dropped": again,
        "columns": again + definition.replace(f"({columns})", "(id)"),
        "predicate": again + (definition.split(" WHERE ", maxsplit=1)[0] if predicate else f"{definition} WHERE false"),
        # In the catalog by hand: existing rows may not be unique.
        "unique": f"UPDATE pg_index SET indisunique = NOT indisunique WHERE indexrelid = '{identity}'::regclass",
    }
    if ", " in columns:
        swapped = ", ".join(reversed(columns.split(", ")))
        found["order"] = again + definition.replace(f"({columns})", f"({swapped})")
    return found

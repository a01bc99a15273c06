"""One sentence for each mistake that pydantic finds in a front end's description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def sentence(mistake: Mapping[str, Any]) -> str:
    """Return what is wrong at one place of the file, with the value and what is expected."""
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in mistake["loc"])
    kind, given = mistake["type"], mistake["input"]
    known = {
        "missing": f"{where} is missing",
        "extra_forbidden": f"unknown key {where}",
        "string_too_short": f"{where} is empty",
        "string_type": f"{where} is {given!r}; expected text",
        "tuple_type": f"{where} is {given!r}; expected a list",
        "value_error": f"{where}: {mistake['msg'].removeprefix('Value error, ')}",
    }
    if kind == "literal_error":
        return f"{where} is {given!r}; expected {mistake['ctx']['expected']}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{where} is {given!r}; expected a table"
    return known.get(kind, f"{where}: {mistake['msg']}")

"""Types of a project's own below its columns: enums, and domains with what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

ENUM = "e"
_ARRAY = "[]"


def made_of(catalog: Catalog, name: str) -> Iterator[str]:
    """Yield the types that one is or is made of, the outermost first. name: as format_type() writes it, maybe an array.

    What is PostgreSQL's own, an extension's, or in a schema that was not read, is left out.
    """
    found = name.removesuffix(_ARRAY)
    each = catalog.get("type", found)
    if each:
        yield found
        if each["base"] is not None:
            yield from made_of(catalog, each["base"])


def base(catalog: Catalog, name: str) -> str:
    """Return the type below all domains."""
    each = catalog.get("type", name)
    return name if not each or each["base"] is None else base(catalog, each["base"])

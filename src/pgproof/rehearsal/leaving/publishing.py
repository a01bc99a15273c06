"""What a publication carried and does not any more, and tables that cannot be written since they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal.leaving.sides import Sides, Worse, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

_FULL, _NAMED, _NOTHING = 2, 1, 0
_SAYS = {_FULL: "the whole old row", _NAMED: "the key of the old row", _NOTHING: "nothing of the old row"}


def worse(sides: Sides) -> Iterator[Worse]:
    """Yield tables that left a publication unnamed, and those of which it carries less, or whose writes fail by it."""
    kept = {was: name for was, name, _, _ in sides.relations()}
    for identity in sides.before.of_kind("published table"):
        publication, table = parts(identity)
        name = kept.get(table)
        if name is None or not sides.after.get("publication", publication):
            continue
        gone = not sides.after.get("published table", f"{publication} {name}")
        if gone and not sides.said(r"publication", rf"drop\s+table[^;']*(?<!\w){pattern(table)}"):
            yield Worse(
                name,
                f"{name} is no longer published by {publication}, though no script takes it out by name",
                f"ALTER PUBLICATION {publication} ADD TABLE {name}; SET TABLE has to list every table",
            )
    earlier = {name: was for was, name in kept.items()}
    for identity in sides.after.of_kind("published table"):
        publication, table = parts(identity)
        made = sides.after.get("publication", publication)
        now = carried(sides.after, table)
        old = earlier.get(table)
        published = old is not None and bool(sides.before.get("published table", f"{publication} {old}"))
        was = _FULL if old is None else carried(sides.before, old)
        if now == _NOTHING and (made["update"] or made["delete"]) and not (published and was == _NOTHING):
            yield Worse(
                table,
                f"{table} is published by {publication} and has no replica identity: every UPDATE and DELETE fails",
                f"give it a primary key, or ALTER TABLE {table} REPLICA IDENTITY FULL",
            )
        elif published and now < was:
            yield Worse(
                table,
                f"{publication} carries {_SAYS[now]} of an UPDATE or DELETE of {table}, not {_SAYS[was]}",
                f"ALTER TABLE {table} REPLICA IDENTITY {'FULL' if was == _FULL else 'USING INDEX, or DEFAULT'}",
            )


def parts(identity: str) -> tuple[str, str]:
    """Return the publication and the table of a published table."""
    if identity.startswith('"'):
        end = identity.replace('""', "__").index('" ', 1) + 1
        return identity[:end], identity[end + 1 :]
    publication, _, table = identity.partition(" ")
    return publication, table


def carried(catalog: Catalog, table: str) -> int:
    """Return how much of an old row an UPDATE or DELETE of a table tells: the whole, its key, or nothing.

    By pg_class.relreplident: FULL, an index (which may be gone), the primary key (if there is one), or NOTHING.
    """
    identity = catalog.get("relation", table).get("replica identity")
    if identity == "f":
        return _FULL
    if identity == "i":
        indexes = catalog.of_kind("index").values()
        return _NAMED if any(each["replica identity"] and each["table"] == table for each in indexes) else _NOTHING
    if identity == "d":
        keys = catalog.of_kind("constraint").items()
        has_key = any(
            catalog.parents.get(("constraint", name)) == ("relation", table)
            and each["definition"].startswith("PRIMARY KEY")
            for name, each in keys
        )
        return _NAMED if has_key else _NOTHING
    return _NOTHING

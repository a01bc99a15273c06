"""What each script changed, as `diff` says it; rows as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.catalog import differences, renames
from pgproof.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.steps import Rehearsal

_NAMES = ("the state before", "the state after")
# So many of each script are told as text.
_SHOWN = 20


def changes(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """Return for each up script its file, and its changes as `diff --json` has them; secrets are masked."""
    scrub = Scrubber()
    found = []
    before = rehearsal.state_after(())
    for step, script in enumerate(rehearsal.ups, 1):
        after = rehearsal.state_after(rehearsal.ups[:step])
        found.append({"file": str(script.path), "changes": [scrub.value(each) for each in between(before, after)]})
        before = after
    return found


def between(before: DatabaseState, after: DatabaseState) -> Iterator[dict[str, Any]]:
    """Yield each change as an object of JSON, rows last."""
    catalogs = before.catalog, after.catalog
    for each in renames.merged(differences.between(*catalogs, roles=True), catalogs):
        yield each.as_json(_NAMES)
    for table in sorted(before.rows.keys() | after.rows.keys()):
        was, now = before.rows.get(table), after.rows.get(table)
        same = was is not None and before.columns.get(table) == after.columns.get(table)
        counts = [0 if each is None else each.count for each in (was, now)]
        if (was != now and same) or counts[0] != counts[1]:
            how = f"{counts[0]} before, {counts[1]} after"
            if counts[0] == counts[1]:
                how = f"{counts[0]} before and after, but not the same ones"
            yield {
                "kind": "rows",
                "identity": table,
                "attribute": "count",
                "only": None,
                "values": counts,
                "text": f"rows of {table}: {how}",
            }


def lines(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each script with its first changes as text, and how many there are more."""
    for script in found:
        texts = [str(each["text"]) for each in script["changes"]]
        yield f"{script['file']}: {'nothing' if not texts else ''}".rstrip()
        yield from (f"  {each}" for each in texts[:_SHOWN])
        if len(texts) > _SHOWN:
            yield f"  and {len(texts) - _SHOWN} more"

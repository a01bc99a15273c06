"""Checks that the up scripts keep every row that was there, and says where that proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import findings, losses, touching, views
from pgproof.rehearsal.losses import Loss
from pgproof.rehearsal.steps import apply, look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.losses import Kept
    from pgproof.rehearsal.steps import Rehearsal

_TRANSITION = (
    "whoever still reads the old name fails: keep it for a while, for a table as a view, for a column as a generated"
    " one or in a view"
)


def preserves_data(rehearsal: Rehearsal, notes: list[str] | None = None) -> Iterator[Finding]:
    """Yield each table whose rows an up script changed or removed, each new name, and each sequence it set back.

    What a script adds does not count. notes: those on views are appended to it.
    """
    notes = [] if notes is None else notes
    blamed: set[tuple[str, str]] = set()
    with rehearsal.after(()) as database:
        before, shown = look(database), views.read(database.observer())
        for step, script in enumerate(rehearsal.ups):
            rehearsal.tell(script)
            apply(database, script)
            after = look(database)
            found, kept = losses.structure(before, after)
            touched = losses.touched(before, after, kept, database.observer())
            found += _of_rows(rehearsal, step, touched)
            for each in sorted(found):
                if (each.name, each.about) not in blamed:
                    blamed.add((each.name, each.about))
                    advice = _TRANSITION if each.name == "renames" else None
                    yield findings.about(each.name, script.path, f"{each.about}: {each.what}", advice)
            notes += (f"{script.path}: {said}" for said in views.changed(shown, database.observer()))
            before, shown = after, views.read(database.observer()) if shown or _has_views(after) else {}


def _has_views(state: DatabaseState) -> bool:
    return any(each.get("kind") in ("v", "m") for each in state.catalog.of_kind("relation").values())


def _of_rows(rehearsal: Rehearsal, step: int, touched: Sequence[Kept]) -> list[Loss]:
    """Return what an up script did to the rows of these tables, found out on two copies of one database."""
    if not touched:
        return []
    found = []
    with rehearsal.after(rehearsal.ups[:step]) as source, rehearsal.after(rehearsal.ups[:step]) as database:
        apply(database, rehearsal.ups[step])
        for each in touched:
            what = losses.of_rows(each, source.observer(), database.observer())
            if what is not None:
                found.append(Loss("changes-data", each.before, what))
    return found


def unproven(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield a note on what proves nothing: a table without a fingerprint or without rows."""
    before = rehearsal.state_after(())
    for table in before.passed_over:
        yield f"not fingerprinted, so it is not known whether its rows survive: {table}"
    empty = sorted(
        table for table, held in before.rows.items() if not held.count and touching.concerns(table, rehearsal.ups)
    )
    if empty:
        yield f"no rows in the baseline, so preserving them proves nothing: {', '.join(empty)}"

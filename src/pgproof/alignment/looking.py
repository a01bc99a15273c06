"""What a script looks at before it begins: whether rows are in its way, while nobody waits for its locks.

The guards of its own transaction look again, under the locks, and they are the proof; these only refuse early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.alignment import guards, locking, marks, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.alignment.steps import Step
    from pgproof.catalog import Catalog

_STRONG = locking.STRENGTH[locking.STRENGTH.index("SHARE") :]
_TRANSACTION = """\
-- Are rows in the way? This only reads, and nobody waits for it; what comes after it looks again, under its locks.
BEGIN TRANSACTION READ ONLY;
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL standard_conforming_strings = on;
{block};
COMMIT;

"""


def first(alignment: str, file: str, steps: Sequence[Step], catalog: Catalog, earlier: str | None) -> str:
    """Return a transaction that looks before that of an up script, "" if there is nothing to look at.

    catalog: as it is before the script. earlier: the script before it, None for the first.
    """
    if not any(each.lock in _STRONG for each in steps):
        return ""
    found = [f"{each};" for each in _guards(steps, catalog)]
    if not found:
        return ""
    body = "\n\n".join(["BEGIN", marks.only_if_next(alignment, file, earlier), *found, "END"])
    return _TRANSACTION.format(block=texts.block(body, "look"))


def _guards(steps: Sequence[Step], catalog: Catalog) -> Iterator[str]:
    """Yield the guards that can refuse, and that no step before them has anything to do with.

    A column that is made or gets another type in the same script would be missing here, or compared in another way.
    """
    touched: set[str] = set()
    for step in steps:
        for guard in guards.before(step, catalog):
            text = guard.replace('"', "")
            if "RAISE EXCEPTION" in guard and not any(name in text for name in touched):
                yield guard
        names = (*step.names, *([step.relation] if step.relation else []))
        touched |= {each.partition("(")[0].replace('"', "") for each in names}

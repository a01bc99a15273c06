"""Work on a whole table under a lock that others wait for: it takes as long as the table is large.

How large a table is where the script will run is not known here, so no number decides: what reads, builds or fills a
table of the baseline from end to end is a finding, however few rows it has. What rewrites one has a name of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import findings, locking, online

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.footprint import Footprint

_EXCLUSIVE = "AccessExclusiveLock"


def judge(seen: Sequence[Footprint]) -> Iterator[Finding]:
    """Yield a finding for each statement that works on a whole table while others wait for it."""
    for each in seen:
        if each.rewritten:
            continue
        work, waits = _work(each), _who_waits(each)
        if waits is not None and work:
            name, who = waits
            what = f"{'; '.join(work)}, and nobody can {who} meanwhile"
            yield findings.at(name, each.statement, what, online.advice(each), each.subject)


def _who_waits(footprint: Footprint) -> tuple[str, str] | None:
    """Return the finding's name and what nobody can do; None if nobody waits."""
    under = footprint.under or {}
    if any(mode == _EXCLUSIVE for mode in under.values()):
        return "blocks-readers", "read or write there"
    if any(mode in locking.BLOCKS_WRITERS for mode in under.values()):
        return "blocks-writers", "write there"
    return None


def _work(footprint: Footprint) -> list[str]:
    """Return what is done to tables on which somebody waits."""
    blocked = {name for name, mode in (footprint.under or {}).items() if mode in locking.BLOCKS_WRITERS}
    built = [(index, table) for index, table in footprint.built if {index, table} & blocked]
    on = {table for _, table in built}
    scanned = [name for name in footprint.scanned if name in blocked and name not in on]
    filled = [name for name in footprint.filled if name in blocked]
    return [
        *([f"builds {', '.join(f'{index} on {table}' for index, table in built)}"] if built else []),
        *([f"reads all of {', '.join(scanned)}"] if scanned else []),
        *([f"fills {', '.join(filled)}"] if filled else []),
    ]

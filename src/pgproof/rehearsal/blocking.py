"""Work on a whole table under a lock that others wait for: it takes as long as the table is large.

How large a table is where the script will run is not known here, so no number decides: what reads, builds or fills a
table of the baseline from end to end is a finding, however few rows it has. What rewrites one has a name of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import findings, locks, online

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.footprint import Footprint

# The finding, what nobody can do, and under which locks.
_WAIT = (
    ("blocks-readers", "read or write there", locks.MODES[-1:]),
    ("blocks-writers", "write there", tuple(mode for mode in locks.BLOCKS_WRITERS if mode != locks.MODES[-1])),
)


def judge(seen: Sequence[Footprint]) -> Iterator[Finding]:
    """Yield a finding for each statement that works on whole tables while people wait: readers, or writers only."""
    for each in seen:
        if not each.rewritten:
            for name, who, modes in _WAIT:
                yield from _found(each, name, who, modes)


def _found(footprint: Footprint, name: str, who: str, modes: Collection[str]) -> Iterator[Finding]:
    under = footprint.under or {}

    def waits(*names: str) -> bool:
        """Return whether the strongest lock on these is one of the modes."""
        held = [under[each] for each in names if each in under]
        return bool(held) and max(held, key=locks.MODES.index) in modes

    built = [pair for pair in footprint.built if waits(*pair)]
    scanned = [
        each for each in footprint.scanned if waits(each) and each not in {table for _, table in footprint.built}
    ]
    filled = [each for each in footprint.filled if waits(each)]
    work = [
        *([f"builds {', '.join(f'{index} on {table}' for index, table in built)}"] if built else []),
        *([f"reads all of {', '.join(scanned)}"] if scanned else []),
        *([f"fills {', '.join(filled)}"] if filled else []),
    ]
    if work:
        what = f"{'; '.join(work)}, and nobody can {who} meanwhile"
        subject = footprint.subject([*scanned, *filled], built)
        yield findings.at(name, footprint.statement, what, online.advice(footprint), subject)

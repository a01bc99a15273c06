"""How the cost of a rehearsal grows with the length of a chain: 50 trivial pairs beside a single one.

Each pair adds a column, which locks the table and so has every check at work. Both take turns on one server; the chain
takes minutes, so there is one round.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import CouldNotRun, Row, seconds
from pgproof.rehearsal import Config, checks
from pgproof.rehearsal.findings import Result
from pgproof.rehearsal.scratch_server import ScratchServer
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.scripts.script import Script

LENGTH = 50
# Fifty times one pair, and a tenth of that.
_BOUND = 55
_BASELINE = """
CREATE TABLE public.notes (id int PRIMARY KEY, body text NOT NULL);
INSERT INTO public.notes SELECT n, 'note ' || n FROM generate_series(1, 100) AS n
"""
_UP, _DOWN = "ADD COLUMN IF NOT EXISTS extra_{0} text", "DROP COLUMN IF EXISTS extra_{0}"
_SCRIPT = "BEGIN; SET LOCAL lock_timeout = '2s'; ALTER TABLE public.notes {}; COMMIT"


def rows(length: int = LENGTH) -> Iterator[Row]:
    """Yield the time of one pair, before and after the chain, and of the chain. length: of the chain, in pairs."""
    with tempfile.TemporaryDirectory() as folder, closing(ScratchServer()) as server:
        baseline = script.parse(Path(folder, "baseline.sql"), _BASELINE)
        with server.made(server.start, partial(running.run, script=baseline)) as base:
            # Uncounted: it warms the server.
            _rehearsed(server, base, 1)
            before, chain, after = (_rehearsed(server, base, each) for each in (1, length, 1))
    yield Row("one pair", [before, after])
    yield Row(f"{length} pairs", [chain, chain], against=[before, after], bound=_BOUND)


def _rehearsed(server: ScratchServer, base: str, length: int) -> float:
    pairs = tuple((_made("up", _UP, place), _made("down", _DOWN, place)) for place in range(length))
    ups, downs = tuple(up for up, _ in pairs), tuple(down for _, down in reversed(pairs))
    result = Result()
    asked = Config([], [], [], supabase=False, sizes=())
    taken = seconds(lambda: checks.hold(asked, Rehearsal(server, base, ups, downs, pairs=pairs), (), result))
    if result.findings or set(result.checks.values()) != {"held"}:
        raise CouldNotRun(f"a chain of {length} trivial pairs is not found good: {result.findings}, {result.checks}")
    return taken


def _made(kind: str, change: str, place: int) -> Script:
    return script.parse(Path(f"{kind}_{place}.sql"), _SCRIPT.format(change.format(place)))

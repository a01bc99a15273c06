"""How long the longest send is blocked by each script of both environments, in chats with 1,000,000 messages.

Half of its minute and a half goes into making the messages; it needs 1 GB in the run folder.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import ROUNDS, CouldNotRun, Row
from connect.project import PROJECT, REPLICAS
from pgproof.rehearsal import stalling
from pgproof.rehearsal.scratch_server import ScratchServer
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.environments import Environment

_MESSAGES = 1_000_000


def rows() -> Iterator[Row]:
    """Yield the longest send before and during each script; a round runs all scripts on a copy of its own.

    Two senders and a reader are at work all the time.
    """
    for environment in REPLICAS.values():
        with closing(ScratchServer(settings=environment.settings, seed=PROJECT.seed)) as server:
            (baseline,) = map(script.read, environment.baseline)
            with server.made(server.start, partial(running.run, script=baseline)) as base:
                ups, downs = (tuple(map(script.read, each)) for each in (environment.migrations, environment.rollback))
                yield from _blocked(environment, Rehearsal(server, base, ups, downs, PROJECT.hooks.workload))


def _blocked(environment: Environment, rehearsal: Rehearsal) -> Iterator[Row]:
    samples = defaultdict(list)
    with stalling.grown(rehearsal, _MESSAGES) as grown:
        for _ in range(ROUNDS):
            for stall in stalling.measure(rehearsal, grown):
                if stall.lost or stall.errors or stall.failure:
                    why = f"{stall.lost} sends were lost, {len(stall.errors)} failed, the script said: {stall.failure}"
                    raise CouldNotRun(f"{stall.file}: {why}")
                samples["before a script"].append(stall.usual_ms / 1000)
                samples[Path(stall.file).name].append(stall.longest_send_ms / 1000)
    for name, values in samples.items():
        yield Row(f"{environment.name}: longest send, {name}", values)

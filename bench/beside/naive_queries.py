"""The guide's validation queries as a person would write them, beside 004 and a live run, as the messages grow.

The naive queries read whole tables. Five million messages need some 5 GB in the run folder, and are made once.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psycopg

from bench.beside import guide, psql
from bench.measure import CouldNotRun, Line, Row, Samples, in_turns, seconds
from bench.verdicts import Beside
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.paths import run_dir
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.beside.guide import Answers
    from bench.verdicts import Verdict

# None: the sample messages, as many as the guide counted.
SIZES = (None, 1_000_000, 5_000_000)
RIVAL = "naive queries"
# The most that any number of messages may add to the time of ours.
MORE_SECONDS = 0.5
FILE, LIVE = "004", "pytest -m schema --live"
_ROUNDS = 3
NAIVE = Path(__file__).with_name("naive_queries.sql")
_OURS = paths.SQL / "004_validation.sql"
_MANY = Path(__file__).parent.parent / "many_messages.sql"


def rows(sizes: Sequence[int | None] = SIZES, rounds: int = _ROUNDS) -> Iterator[Row | Line | Verdict]:
    """Yield the times of the naive queries, of 004 and of a live run at each size. sizes: the numbers of messages."""
    yield Line("  theirs", f"psql -f {NAIVE.relative_to(paths.ROOT)}")
    yield Line("  ours", f"psql -f {_OURS.relative_to(paths.ROOT)}, and pytest -m schema --live --env prod")
    first: Samples | None = None
    for size in sizes:
        with filled(size) as conninfo:
            count, answers, samples = _measured(conninfo, rounds)
        yield Line(f"{count:,} messages", f"the {RIVAL} ask {answers[RIVAL]} questions")
        yield from (Line(f"  {name}", f"answers {answers[name]}") for name in (FILE, LIVE))
        first = first or samples
        yield from judged(f"{count:,} messages", answers, samples, first)


def judged(at: str, answers: dict[str, Answers], samples: Samples, first: Samples) -> Iterator[Row | Verdict]:
    """Yield the figures at one size. first: those at the smallest."""
    more = {name: [now - then for now, then in zip(samples[name], first[name], strict=True)] for name in samples}
    yield Row(f"  {RIVAL}", samples[RIVAL])
    for name in (FILE, LIVE):
        yield Row(f"  {name}", samples[name], against=samples[RIVAL])
    if samples is not first:
        yield Row(f"    more than at the smallest, {RIVAL}", more[RIVAL])
    for name in (FILE, LIVE):
        because = f"{name} answers {answers[name]}, the {RIVAL} {answers[RIVAL]}"
        if samples is not first:
            yield Row(f"    more than at the smallest, {name}", more[name], bound=MORE_SECONDS)
            because += (
                f"; of its time the messages add {median(more[name]) * 1000:.0f} ms,"
                f" of theirs {median(more[RIVAL]) * 1000:.0f} ms"
            )
        open_ones = len(answers[name].undecided)
        what = f"time of {name}, {at}" + (f", {open_ones} of its checks undecided" if open_ones else "")
        yield Beside(RIVAL, what, samples[name], samples[RIVAL], because)


@contextmanager
def filled(size: int | None) -> Iterator[str]:
    """Yield an aligned production database with that many messages, on a server that ends with it."""
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
    ):
        with psycopg.connect(conninfo, autocommit=True) as connection:
            if size is not None:
                _fill(connection, size)
            # As autovacuum would have done it in a database that has been there for a while.
            connection.execute("VACUUM (ANALYZE)")
        yield conninfo


def _fill(connection: psycopg.Connection[Any], size: int) -> None:
    connection.execute("SET maintenance_work_mem = '256MB'")
    connection.execute(_MANY.read_text(encoding="utf-8").encode())
    try:
        connection.execute(f"CALL pg_temp.fill({size})".encode())
    except psycopg.errors.DiskFull:
        raise CouldNotRun(
            f"no space for {size:,} messages in {run_dir()}; point CONNECT_RUN_DIR to a folder with more"
        ) from None


def _measured(conninfo: str, rounds: int) -> tuple[int, dict[str, Answers], Samples]:
    """Return the number of messages, what each answers, and the seconds of each."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM public.chat_messages").fetchone() or (0,)
    live = guide.as_verifier(conninfo)
    asked = NAIVE.read_text(encoding="utf-8").count(";\n")
    # Not counted: it warms what the rounds below find warm.
    psql.run(conninfo, NAIVE)
    answers = {RIVAL: guide.Answers(asked), FILE: guide.validated(conninfo), LIVE: guide.live(live)}
    samples = in_turns(
        lambda: {RIVAL: seconds(partial(psql.run, conninfo, NAIVE))},
        lambda: {FILE: seconds(partial(guide.validated, conninfo))},
        lambda: {LIVE: seconds(partial(guide.live, live))},
        rounds=rounds,
        warm=True,
    )
    return count, answers, samples

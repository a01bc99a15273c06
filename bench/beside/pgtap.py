"""The guide's checks by `pytest -m schema --live`, beside the same checks written with pgTAP and run by pg_prove.

Both judge production after its migration: two copies of one database, of which one has pgTAP's functions as well. Each
must say that all is well there, and that it is not before the migration.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench import rivals
from bench.beside import guide
from bench.measure import ROUNDS, CouldNotRun, Line, Row, in_turns, seconds
from bench.surroundings import python
from bench.verdicts import Absent, Beside
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.postgres import acquire, binaries
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.verdicts import Verdict

RIVAL = "pgTAP with pg_prove"
_FILE = Path(__file__).with_name("guide.pgtap.sql")
_INSTALL = "not installed; `apt-get install pgtap` on Debian (both), or pgxn for pgTAP and cpan for pg_prove"
_WHERE = ("/usr/share/postgresql/*/extension", "/usr/local/share/postgresql/extension")


@dataclass(frozen=True)
class PgTap:
    """What there is of it. functions: SQL that makes them. prove: the program. libraries: where Perl finds its own."""

    version: str
    functions: Path
    prove: str
    libraries: Path


def installed() -> PgTap | None:
    """Return pgTAP as it is installed: in the rivals' folder, beside our server or on the machine; else None."""
    root = rivals.folder() / "pgtap" / "usr"
    own = root / "bin" / "pg_prove"
    prove = str(own) if own.exists() else rivals.program("pg_prove")
    if not Path(prove).exists():
        return None
    beside = binaries.find(17).bin_dir.parent / "share"
    places = [*root.glob("share/postgresql/*/extension"), *beside.rglob("extension")]
    for pattern in _WHERE:
        places += Path("/").glob(pattern.removeprefix("/"))
    for place in places:
        for control in place.glob("pgtap.control"):
            version = re.search(r"default_version = '([\d.]+)'", control.read_text())
            if version and (file := place / f"pgtap--{version[1]}.sql").exists():
                return PgTap(version[1], file, prove, root / "share" / "perl5")
    return None


def rows(rounds: int = ROUNDS) -> Iterator[Row | Line | Verdict]:
    """Yield the times of both, and how many checks each makes."""
    pgtap = installed()
    yield Line(RIVAL, pgtap.version if pgtap else _INSTALL)
    yield Line("  ours", f"python {' '.join(guide.LIVE)}")
    yield Line("  theirs", f"pg_prove {_FILE.relative_to(paths.ROOT)}")
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        templates.clone(REPLICAS["prod"], "aligned") as aligned,
        templates.clone(REPLICAS["prod"], "aligned") as with_pgtap,
        templates.clone(REPLICAS["prod"], "baseline") as unaligned,
        tempfile.TemporaryDirectory() as folder,
    ):
        (Path(folder) / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
        live = [guide.as_verifier(each) for each in (aligned, unaligned)]
        steps = [partial(_taken, "ours", partial(judged_by_us, live[0]))]
        checks = {"ours": judged_by_us(live[0])}
        _must_fail("ours", partial(judged_by_us, live[1]))
        if pgtap:
            for database in (with_pgtap, unaligned):
                install(pgtap, database)
            checks["theirs"] = judged_by_pgtap(pgtap, with_pgtap)
            _must_fail(RIVAL, partial(judged_by_pgtap, pgtap, unaligned))
            steps.append(partial(_taken, "theirs", partial(judged_by_pgtap, pgtap, with_pgtap)))
        empty = partial(python, "-m", "pytest", "-q", *_our_options(), folder, cwd=Path(folder))
        samples = in_turns(*steps, partial(_taken, "empty", empty), rounds=rounds, warm=True)
    yield Row("an empty pytest run", samples["empty"])
    yield Row(f"ours, {checks['ours']} checks", samples["ours"])
    if not pgtap:
        yield Absent(RIVAL, "time", _INSTALL)
        return
    yield Row(f"{RIVAL}, {checks['theirs']} checks", samples["theirs"])
    yield Row(f"  ours against {RIVAL}", samples["ours"], against=samples["theirs"])
    yield _judged(samples["ours"], samples["theirs"], samples["empty"], checks)


def _our_options() -> list[str]:
    """Return those of our own runs that choose pytest's plugins: finding them takes longer than the rest."""
    found = configparser.ConfigParser()
    found.read(paths.ROOT / "pytest.ini", encoding="utf-8")
    return shlex.split(found["pytest"]["addopts"])


def _judged(ours: Sequence[float], theirs: Sequence[float], empty: Sequence[float], checks: dict[str, int]) -> Beside:
    each = [median(taken) / checks[name] * 1000 for name, taken in (("ours", ours), ("theirs", theirs))]
    because = (
        f"an empty pytest run takes {median(empty) * 1000:.0f} ms of our {median(ours) * 1000:.0f}; we make"
        f" {checks['ours']} checks, {each[0]:.1f} ms each, and it makes {checks['theirs']}, {each[1]:.1f} ms each"
    )
    return Beside(RIVAL, "time, the guide's checks", ours, theirs, because)


def judged_by_us(conninfo: str) -> int:
    """Return how many checks passed. Raises CouldNotRun if one did not."""
    answers = guide.live(conninfo)
    if answers.undecided:
        raise CouldNotRun(f"the live run passes {answers}")
    return answers.passed


def install(pgtap: PgTap, conninfo: str) -> None:
    """Make pgTAP's functions in a schema of their own, as CREATE EXTENSION would, on a server without the extension."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA tap")
        connection.execute("SET search_path = tap")
        connection.execute(pgtap.functions.read_text(encoding="utf-8").encode())


def judged_by_pgtap(pgtap: PgTap, conninfo: str) -> int:
    """Return how many checks passed. Raises CouldNotRun with what pg_prove says if one fails."""
    parameters = conninfo_to_dict(conninfo)
    psql = binaries.find(17).bin_dir / "psql"
    words = [pgtap.prove, "--psql-bin", str(psql), "--host", str(parameters["host"])]
    done = subprocess.run(
        [*words, "--username", str(parameters["user"]), "--dbname", str(parameters["dbname"]), str(_FILE)],
        env={**os.environ, "PERL5LIB": str(pgtap.libraries)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Tests=(\d+)", done.stdout)
    if done.returncode != 0 or not found:
        words = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise CouldNotRun(f"pg_prove ended with {done.returncode}: {' | '.join(words)[:500]}")
    return int(found[1])


def _taken(name: str, action: Callable[[], object]) -> dict[str, float]:
    return {name: seconds(action)}


def _must_fail(name: str, judge: Callable[[], object]) -> None:
    try:
        judge()
    except CouldNotRun:
        return
    raise CouldNotRun(f"{name} finds nothing wrong before the migration")

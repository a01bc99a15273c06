"""Proves an alignment with the scripts themselves: on copies, then by a whole rehearsal."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.alignment import copies, validation
from pgproof.alignment.steps import NAMES
from pgproof.catalog import differences
from pgproof.scripts import running, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.alignment.building import Built
    from pgproof.alignment.copies import Copy
    from pgproof.alignment.rehearsing import How
    from pgproof.alignment.sizes import Sizes
    from pgproof.alignment.steps import File
    from pgproof.catalog import Catalog
    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.findings import Result
    from pgproof.rehearsal.scratch_server import ScratchServer

# The findings on work that takes as long as a table is large.
_AS_LONG_AS_THE_TABLE = ("blocks-readers", "blocks-writers", "rewrites-table")
# Those on what is committed bit by bit, as an index CONCURRENTLY and rows filled in batches are.
_OF_SEVERAL_TRANSACTIONS = ("outside-transaction", "not-atomic")


@dataclass
class Proof:
    """What came of it. problems: a line on each thing that does not hold. result: of the rehearsal, if any."""

    problems: list[str] = field(default_factory=list)
    result: Result | None = None

    def lines(self) -> list[str]:
        """Return what the rehearsal says, a line each."""
        from pgproof.rehearsal import writing

        return [] if self.result is None else writing.as_text(self.result).splitlines()


def prove(on: ScratchServer, b: Copy, built: Built, how: How, folder: Path) -> Proof:
    """Prove an alignment. folder: a new one, which gets the scripts. Raises UsageError if no rehearsal is possible."""
    proof = Proof(list(on_copies(on, b.base, built)))
    ups, downs = built.alignment.ups, built.alignment.downs
    for file in (*ups, *downs):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    if ups and not proof.problems:
        from pgproof import rehearsal

        config = how.config(b.files, [folder / each.path for each in ups], [folder / each.path for each in downs])
        proof.result = rehearsal.rehearse(config, on)
        _accept_on_small_tables(proof.result, how.sizes_of)
        _accept_what_is_looked_after(proof.result, built)
    return proof


def _accept_on_small_tables(result: Result, sizes: Sizes) -> None:
    """Accept work on whole tables that are small, as far as that is known: nobody waits for it."""
    for finding in [each for each in result.findings if each.name in _AS_LONG_AS_THE_TABLE and each.object]:
        table = str(finding.object).split(" ", maxsplit=1)[0]
        if not sizes.is_large(table):
            result.findings.remove(finding)
            result.accepted.append(finding)
            result.notes.append(f"{finding.name} was accepted: {sizes.said(table)}")


def _accept_what_is_looked_after(result: Result, built: Built) -> None:
    """Accept what cannot be in one transaction: its script checks that it completed, and can be run again."""
    apart = tuple(file.path for file in built.alignment.ups if not file.transactional)
    for finding in [each for each in result.findings if each.name in _OF_SEVERAL_TRANSACTIONS]:
        path = next((each for each in apart if str(finding.file).endswith(each)), None)
        if path is not None:
            result.findings.remove(finding)
            result.accepted.append(finding)
            result.notes.append(f"{finding.name} was accepted: {path} checks what it made, and can be run again")


def on_copies(on: ScratchServer, base: str, built: Built) -> Iterator[str]:
    """Run the up scripts twice and the down scripts twice on a copy of B; yield what is not as it must be.

    The validation script has to fail before them, and not after them.
    """
    alignment = built.alignment
    checks = validation.script(alignment, built.aligned)
    with on.clone(base) as database:
        seen = {status for _, status in _validated(database, checks)} if alignment.ups else set()
        if seen - {validation.NOT_CHECKED} and validation.FAIL not in seen:
            yield "validation.sql passes before any script has run"
        for way, files, wanted, staying in (
            ("up", alignment.ups, alignment.a.catalog, built.staying),
            ("down", alignment.downs, alignment.b.catalog, frozenset[str]()),
        ):
            for again in ("", " when it is run again"):
                failed = _failure(database, files)
                if failed is not None:
                    yield f"{failed}{again}"
                    return
            left = _left(wanted, database) - staying
            yield from (f"after the scripts of {way}/: {line}" for line in sorted(left))
            if way == "up":
                failing = [name for name, status in _validated(database, checks) if status == validation.FAIL]
                yield from (f"validation.sql fails after the scripts of up/: {name}" for name in failing)


def _validated(database: Database, checks: str) -> list[tuple[str, str]]:
    with database.connect() as session:
        return validation.run(session, checks)


def _failure(database: Database, files: Sequence[File]) -> str | None:
    for file in files:
        with database.connect() as session:
            ran = running.run(session, script.parse(Path(file.path), file.text))
        if ran.failure is not None:
            return f"{file.path}:{ran.failure.line} fails: {ran.failure.message}"
        if ran.left_open:
            return f"{file.path} leaves its transaction open"
    return None


def _left(wanted: Catalog, database: Database) -> set[str]:
    return {each.text(NAMES) for each in differences.between(wanted, copies.look(database))}

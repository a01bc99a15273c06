"""What each statement locks, rewrites, scans and builds, and whether it would wait forever.

A statement outside a transaction gets one of its own here, so that its locks are still held when it ends. One that
PostgreSQL refuses there is judged by the files that it makes anew, which takes the table for itself. Only relations of
the baseline count: nobody waits for one that these scripts create. The sources are pg_locks, pg_relation_filenode() and
pg_stat_get_xact_numscans().
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.rehearsal import findings, locks, online, working
from pgproof.rehearsal.footprint import Footprint
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Script, Statement

_KNOWN = "SELECT oid::int8 FROM pg_class"
# A table that is small here is read from end to end although it has an index; where it is large, it would not be.
_AS_IF_LARGE = "SET enable_seqscan = off; SET jit = off"


def footprints(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> list[Footprint]:
    """Return what each statement of a script does when it runs after those in prefix; computed once.

    Transaction statements are left out, and so are those outside transactions that make no file anew.
    """
    key = (*prefix, script)
    if key not in rehearsal.known_footprints:
        rehearsal.known_footprints[key] = _found_out(rehearsal, prefix, script)
    return rehearsal.known_footprints[key]


def known(rehearsal: Rehearsal) -> frozenset[int]:
    """Return the OIDs of the baseline's relations, which are those that somebody may use; computed once."""
    if rehearsal.base not in rehearsal.known_relations:
        with rehearsal.after(()) as database:
            found = database.observer().execute(_KNOWN).fetchall()
        rehearsal.known_relations[rehearsal.base] = frozenset(oid for (oid,) in found)
    return rehearsal.known_relations[rehearsal.base]


def _found_out(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> list[Footprint]:
    theirs = known(rehearsal)
    with rehearsal.after(prefix) as database, database.connect() as session, database.connect() as observer:
        session.execute(_AS_IF_LARGE)
        running.begin(session, script)
        watch = _Watch(session, observer, theirs)
        for statement in script.statements:
            if not watch.run(statement):
                break
        return watch.seen


class _Watch:
    """Runs statements one by one, and looks before and after each."""

    def __init__(
        self, session: psycopg.Connection[Any], observer: psycopg.Connection[Any], known: frozenset[int]
    ) -> None:
        self.seen: list[Footprint] = []
        self._session, self._observer, self._known = session, observer, known
        self._held: dict[str, str] = {}

    def run(self, statement: Statement) -> bool:
        """Run a statement and keep its footprint; return whether it succeeded."""
        if statement.kind == "TransactionStmt":
            self._held = {}
            return running.execute(self._session, statement) is None
        alone = self._session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        if not alone:
            return self._inside(statement) is None
        self._held = {}
        if not statement.outside:
            self._session.execute("BEGIN")
            failed = self._inside(statement)
            if self._session.closed:
                return False
            self._session.execute("COMMIT" if failed is None else "ROLLBACK")
            if failed is None or failed.sqlstate not in running.NOT_IN_A_TRANSACTION:
                return failed is None
        return self._outside(statement)

    def _inside(self, statement: Statement) -> Failure | None:
        patient, before = self._waits_for_ever(), working.look(self._session)
        failed = running.execute(self._session, statement)
        if failed is not None:
            return failed
        after = working.look(self._session)
        held = locks.strongest(self._observer, self._session.info.backend_pid, self._known)
        taken = {name: mode for name, mode in held.items() if self._held.get(name) != mode}
        self._held = held
        views = _unread(after)
        strong = [mode for name, mode in taken.items() if mode in locks.BLOCKS_WRITERS and (name, mode) not in views]
        waits = patient and self._waits_for_ever() and bool(strong)
        self.seen.append(self._footprint(statement, before, after, (taken, held), waits))
        return None

    def _outside(self, statement: Statement) -> bool:
        patient, before = self._waits_for_ever(), working.look(self._session)
        if running.execute(self._session, statement) is not None:
            return False
        after = working.look(self._session)
        # A new file under an old OID is made under AccessExclusiveLock; CONCURRENTLY makes a new OID.
        new_files = {
            each.oid
            for each in after.relations.values()
            if each.oid in before.relations and each.oid in self._known and each.file != before.relations[each.oid].file
        }
        if new_files:
            taken = {after.relations[oid].name: locks.MODES[-1] for oid in sorted(new_files)}
            for oid in new_files:
                table = after.relations[oid].table
                if table in self._known:
                    taken.setdefault(after.relations[table].name, "ShareLock")
            self.seen.append(self._footprint(statement, before, after, (taken, taken), patient))
        return True

    def _footprint(
        self,
        statement: Statement,
        before: working.Look,
        after: working.Look,
        held: tuple[dict[str, str], dict[str, str]],
        waits: bool,
    ) -> Footprint:
        work, relations = working.between(before, after, self._known), after.relations

        def names(oids: Sequence[int]) -> tuple[str, ...]:
            return tuple(sorted(relations[oid].name for oid in oids))

        rewritten, filled, scanned = names(work.rewritten), names(work.filled), names(work.scanned)
        built = tuple((relations[index].name, relations[table].name) for index, table in work.built)
        unread = _unread(after)
        touched = {*rewritten, *filled, *scanned, *(name for pair in built for name in pair)}
        return Footprint(
            statement,
            held[0],
            rewritten,
            scanned,
            waits,
            built,
            filled,
            {name: mode for name, mode in held[1].items() if name in touched and (name, mode) not in unread},
            {each.name: each.parent for each in relations.values() if each.parent and each.name in touched},
            work.required,
        )

    def _waits_for_ever(self) -> bool:
        found = self._session.execute("SELECT setting FROM pg_settings WHERE name = 'lock_timeout'").fetchone()
        return found == ("0",)


def _unread(look: working.Look) -> set[tuple[str, str]]:
    """Return the locks, by name and mode, for which nobody waits: those that let a materialized view be read.

    Nobody writes to one, and whoever fills it anew can wait.
    """
    return {(each.name, mode) for each in look.relations.values() if each.kind == "m" for mode in locks.MODES[:-1]}


def judge(seen: list[Footprint]) -> Iterator[Finding]:
    """Yield a finding for the first lock without a timeout, and for each statement that rewrites a table."""
    waiting = next((each for each in seen if each.waits_for_ever), None)
    if waiting is not None:
        strong = [f"{mode} on {name}" for name, mode in sorted(waiting.locks.items()) if mode in locks.BLOCKS_WRITERS]
        what = (
            f"{', '.join(strong)} without a lock_timeout:"
            " behind a long transaction the script waits forever, and every sender behind it"
        )
        advice = "begin the script with SET LOCAL lock_timeout = '5s' (SET if it has no transaction), and run it again"
        of = strong[0].partition(" on ")[2] if len(strong) == 1 else None
        yield findings.at("no-lock-timeout", waiting.statement, what, advice, of)
    for each in seen:
        if each.rewritten:
            what = f"rewrites all of {', '.join(each.rewritten)} under AccessExclusiveLock"
            yield findings.at("rewrites-table", each.statement, what, online.advice(each), each.subject(each.rewritten))

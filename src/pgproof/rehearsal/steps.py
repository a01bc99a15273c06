"""The steps of a migration: the baseline, each script applied, and the state of the database after each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.rehearsal import database_state, positions
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.database_state import DatabaseState, Nature
    from pgproof.rehearsal.footprint import Footprint
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.rehearsal.traffic import Workload
    from pgproof.scripts.running import Ran
    from pgproof.scripts.script import Script


@dataclass
class Rehearsal:
    """What to rehearse, and where.

    base: the name of the database that holds the baseline. ups, downs: in the order in which they run.
    workload: how people use the database meanwhile, None if unknown. known_footprints: a cache of locking.footprints().
    known_relations: a cache of locking.known().
    pairs: each up script with the down script that undoes it alone, in order; empty unless every one has its own.
    bare: the tables to which the baseline brings no rows, such as "public.notes", whatever was put there since.
    tell: called with each script that a check has come to. unmet: for each script that applies() ran, what is not known
    of the rows that it changes.
    """

    server: ScratchServer
    base: str
    ups: tuple[Script, ...]
    downs: tuple[Script, ...] = ()
    workload: Workload | None = None
    pairs: tuple[tuple[Script, Script], ...] = ()
    bare: frozenset[str] = frozenset()
    tell: Callable[[Script], object] = field(default=lambda _: None, repr=False)
    unmet: dict[Script, list[str]] = field(default_factory=dict, repr=False)
    known_footprints: dict[tuple[Script, ...], list[Footprint]] = field(default_factory=dict, repr=False)
    known_relations: dict[str, frozenset[int]] = field(default_factory=dict, repr=False)
    _states: dict[tuple[Script, ...], DatabaseState] = field(default_factory=dict, repr=False)
    _walker: Database | None = field(default=None, repr=False)
    _walked: tuple[Script, ...] = ()

    @contextmanager
    def after(self, scripts: Sequence[Script]) -> Iterator[Database]:
        """Yield a new database on which these scripts were run, each in its own session.

        Whoever asks for longer and longer beginnings of the way has each script run only once: one database goes along
        the way, and is copied.
        """
        with self.server.aside(), self.server.clone(self._reach(tuple(scripts))) as database:
            yield database

    def _reach(self, scripts: tuple[Script, ...]) -> str:
        """Return the name of a database on which these scripts were run."""
        if not scripts:
            return self.base
        if self._walker is None or scripts[: len(self._walked)] != self._walked:
            if self._walker is not None:
                self.server.drop(self._walker)
            self._walker, self._walked = self.server.open(self.base), ()
        elif scripts != self._walked:
            self.server.resume(self._walker)
        if scripts != self._walked:
            for script in scripts[len(self._walked) :]:
                apply(self._walker, script)
            self._walked = scripts
            self.server.keep(self._walker)
        return self._walker.name

    def state_after(self, scripts: Sequence[Script]) -> DatabaseState:
        """Return the state of the database after these scripts; computed once.

        It is that of one run: what differs between two runs by nature, such as the time, may be other in after().
        """
        known = tuple(scripts)
        if known not in self._states:
            with self.after(known) as database:
                self._states[known] = look(database)
        return self._states[known]

    def seen(self, scripts: Sequence[Script], state: DatabaseState) -> None:
        """Remember the state of the database after these scripts."""
        self._states[tuple(scripts)] = state


def apply(database: Database, script: Script) -> Ran:
    """Run a whole script in its own session."""
    with database.connect() as connection:
        return running.run(connection, script)


def look(database: Database) -> DatabaseState:
    """Return the state of the database, read by a session that no script has touched."""
    return database_state.take(database.observer())


def nature(rehearsal: Rehearsal, prefix: Sequence[Script], scripts: Sequence[Script]) -> Nature:
    """Return what two runs of scripts, after those in prefix, differ in: the time, chance, numbers of sequences.

    For the second run every sequence stands further on, as it does where a script runs a second time.
    """
    states = []
    for advanced in (False, True):
        with rehearsal.after(prefix) as database:
            if advanced:
                positions.advance(database.observer())
            for script in scripts:
                apply(database, script)
            states.append(look(database))
    return database_state.nature_of(*states)

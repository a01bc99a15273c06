"""The steps of a migration: the baseline, each script applied, and the state of the database after each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.rehearsal import database_state
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.footprint import Footprint
    from pgproof.rehearsal.scratch_server import Database, ScratchServer
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
    once: whether the runner applies each script only once, so that applying it again proves nothing.
    """

    server: ScratchServer
    base: str
    ups: tuple[Script, ...]
    downs: tuple[Script, ...] = ()
    workload: Workload | None = None
    pairs: tuple[tuple[Script, Script], ...] = ()
    once: bool = False
    known_footprints: dict[tuple[Script, ...], list[Footprint]] = field(default_factory=dict, repr=False)
    known_relations: dict[str, frozenset[int]] = field(default_factory=dict, repr=False)
    _states: dict[tuple[Script, ...], DatabaseState] = field(default_factory=dict, repr=False)

    @contextmanager
    def after(self, scripts: Sequence[Script]) -> Iterator[Database]:
        """Yield a new database on which these scripts were run, each in its own session."""
        with self.server.clone(self.base) as database:
            for script in scripts:
                apply(database, script)
            yield database

    def state_after(self, scripts: Sequence[Script]) -> DatabaseState:
        """Return the state of the database after these scripts; computed once."""
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

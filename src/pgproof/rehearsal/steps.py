"""The way a migration goes: the baseline, each script applied, and what the database looked like after each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.rehearsal import database_state
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.locking import Footprint
    from pgproof.rehearsal.scratch_server import Database, ScratchServer
    from pgproof.rehearsal.traffic import Workload
    from pgproof.scripts.running import Ran
    from pgproof.scripts.script import Script


@dataclass
class Rehearsal:
    """What to rehearse. base: the database that holds the baseline. ups, downs: in the order they are run.

    workload: how people use the database meanwhile, None for no known way.
    """

    server: ScratchServer
    base: str
    ups: tuple[Script, ...]
    downs: tuple[Script, ...] = ()
    workload: Workload | None = None
    known_footprints: dict[tuple[Script, ...], list[Footprint]] = field(default_factory=dict, repr=False)
    _states: dict[tuple[Script, ...], DatabaseState] = field(default_factory=dict, repr=False)

    @contextmanager
    def after(self, scripts: Sequence[Script]) -> Iterator[Database]:
        """A database of one's own on which these scripts were run, each in a session of its own."""
        with self.server.clone(self.base) as database:
            for script in scripts:
                apply(database, script)
            yield database

    def state_after(self, scripts: Sequence[Script]) -> DatabaseState:
        """What the database looks like after these scripts; taken once."""
        known = tuple(scripts)
        if known not in self._states:
            with self.after(known) as database:
                self._states[known] = look(database)
        return self._states[known]

    def seen(self, scripts: Sequence[Script], state: DatabaseState) -> None:
        """Remember what the database looked like after these scripts."""
        self._states[tuple(scripts)] = state


def apply(database: Database, script: Script) -> Ran:
    """Run a whole script in a session of its own."""
    with database.connect() as connection:
        return running.run(connection, script)


def look(database: Database) -> DatabaseState:
    """Return the state of the database, read by a session that no script has touched."""
    return database_state.take(database.observer())

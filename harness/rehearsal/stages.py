"""The way a migration goes: the baseline, each script applied, and what the database looked like after each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.rehearsal import picture, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.rehearsal.locking import Footprint
    from harness.rehearsal.picture import Picture
    from harness.rehearsal.running import Ran
    from harness.rehearsal.workshop import Database, Workshop
    from harness.script import Script


@dataclass
class Rehearsal:
    """What to rehearse. base: the database that holds the baseline. ups, downs: in the order they are run."""

    workshop: Workshop
    base: str
    ups: tuple[Script, ...]
    downs: tuple[Script, ...] = ()
    known_footprints: dict[tuple[Script, ...], list[Footprint]] = field(default_factory=dict, repr=False)
    _pictures: dict[tuple[Script, ...], Picture] = field(default_factory=dict, repr=False)

    @contextmanager
    def after(self, scripts: Sequence[Script]) -> Iterator[Database]:
        """A database of one's own on which these scripts were run, each in a session of its own."""
        with self.workshop.clone(self.base) as database:
            for script in scripts:
                apply(database, script)
            yield database

    def picture(self, scripts: Sequence[Script]) -> Picture:
        """What the database looks like after these scripts; taken once."""
        known = tuple(scripts)
        if known not in self._pictures:
            with self.after(known) as database:
                self._pictures[known] = look(database)
        return self._pictures[known]

    def seen(self, scripts: Sequence[Script], picture: Picture) -> None:
        """Remember what the database looked like after these scripts."""
        self._pictures[tuple(scripts)] = picture


def apply(database: Database, script: Script) -> Ran:
    """Run a whole script in a session of its own."""
    with database.connect() as connection:
        return running.run(connection, script)


def look(database: Database) -> Picture:
    """A picture of the database, by a session that no script has touched."""
    return picture.take(database.observer())

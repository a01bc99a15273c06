"""What the base database of a server begins with: files to run, and rows to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.postgres.ownership import acting, hand_over

if TYPE_CHECKING:
    import hashlib
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import psycopg

    from pgproof.postgres.extensions import Extension


@dataclass(frozen=True)
class Seed:
    """The contents that all environments of a project share.

    files: SQL, in the order in which they run. baseline: more of it, run as the owner. load: adds rows afterwards,
    None for none. sources: further files that the result depends on, such as the module of `load`.
    superuser: the role that the server begins with and that runs all this; a hosted service gives the name postgres to
    one with fewer rights.
    owner: the role that each database belongs to and that runs what is the project's, None for the superuser.
    fit: adds rows once an environment's own baseline has run, and returns a line on each thing that cannot be made to
    fit; None for none. extensions: that the server can create besides its own.
    """

    files: tuple[Path, ...] = ()
    load: Callable[[psycopg.Connection[Any]], object] | None = None
    sources: tuple[Path, ...] = ()
    superuser: str = "postgres"
    fit: Callable[[psycopg.Connection[Any]], Sequence[str]] | None = None
    extensions: tuple[Extension, ...] = ()
    baseline: tuple[Path, ...] = ()
    owner: str | None = None

    def digest(self) -> hashlib._Hash:
        """Return a hash of everything that goes into the database, which names its cache."""
        import hashlib

        digest = hashlib.sha256(f"{self.superuser} {self.owner or ''}".encode())
        for path in (*self.files, *self.baseline, *self.sources):
            digest.update(path.read_bytes())
        for each in self.extensions:
            digest.update(each.control.encode() + each.script.read_bytes())
        return digest

    def fill(self, connection: psycopg.Connection[Any]) -> None:
        """Run the files and load the rows, in the connection's transaction.

        Raises ScriptError, which names the file, and psycopg.Error where the rows do not fit.
        """
        from pgproof.adoption import baselines
        from pgproof.supabase import PLATFORM

        there: frozenset[str] = frozenset()
        for path in self.files:
            if self.owner is not None or path == PLATFORM:
                _run(connection, path, None)
                there = baselines.platform(connection)
            else:
                _run(connection, path, there)
        hand_over(connection, connection.info.dbname, self.owner)
        for path in self.baseline:
            with acting(connection, self.owner):
                _run(connection, path, there)
        if self.load is not None:
            self.load(connection)

    def add_fitting(self, connection: psycopg.Connection[Any]) -> Sequence[str]:
        """Add the rows that fit into an environment's own baseline; return a line on each thing that does not."""
        return () if self.fit is None else self.fit(connection)


def _run(connection: psycopg.Connection[Any], path: Path, there: frozenset[str] | None) -> None:
    """Run a file. there: the platform's schemas, for a file of the project's; None for the platform's own."""
    import psycopg

    from pgproof.adoption import baselines
    from pgproof.scripts import migration

    try:
        if there is None:
            connection.execute(path.read_bytes())
            return
        passed = migration.run(connection, path, there)
        # A dump leaves its session without a search_path.
        connection.execute("RESET ALL")
    except psycopg.Error as error:
        raise migration.failed(path, error) from None
    lacking = next((line for line in passed if line.startswith(baselines.LACKING)), None)
    if lacking is not None:
        # What all environments share is cached, so that nobody would be told.
        raise migration.ScriptError(
            f"{path}: {lacking}; name the file as the baseline of each environment, where this is only told"
        )


EMPTY = Seed()

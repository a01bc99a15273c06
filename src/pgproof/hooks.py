"""What data cannot express about a project: override it in a subclass, and name that in environments.toml."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import psycopg

    from pgproof.browser.vocabulary import Vocabulary
    from pgproof.catalog import Catalog
    from pgproof.environments import Environment
    from pgproof.lints import Rule
    from pgproof.rehearsal.traffic import Workload
    from pgproof.reporting.criteria import Criterion
    from pgproof.snapshot import Broken, Snapshot


class Hooks:
    """The answers for a project about which nothing is known. root: the project's folder.

    verifier_script: the file that creates the role for live runs. verifier_role: the name of that role.
    sources: files that the sample rows depend on. chapters: the titles of the folders
    of tests, in the order of the report. accepted: the file of accepted violations, from the project's folder.
    load_samples: fills the base database with rows, None for none. command: how its people call the tool.
    """

    verifier_script: str = ""
    verifier_role: str = "user"
    sources: tuple[Path, ...] = ()
    chapters: Mapping[str, str] = MappingProxyType({})
    accepted: str = "accepted.toml"
    load_samples: Callable[[psycopg.Connection[Any]], object] | None = None
    command: str = "pgproof"

    def __init__(self, root: Path | None = None) -> None:
        self.root = root

    @property
    def schemas(self) -> Sequence[str] | None:
        """The schemas that a snapshot reads, None for all."""
        return None

    @property
    def vocabulary(self) -> Vocabulary:
        """The names in the project's API that a page's requests are read by."""
        from pgproof.browser.vocabulary import PLAIN

        return PLAIN

    @property
    def tables(self) -> tuple[str, ...]:
        """With their schemas, the tables that a live run must be able to read."""
        return ()

    @property
    def verifying_role(self) -> str | None:
        """The role that is only there to verify the project, None if no script of its own creates one."""
        return self.verifier_role if self.verifier_script else None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What the report judges."""
        return ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The project's own rules, whose violations `read` returns beside those of the linter."""
        return ()

    @property
    def workload(self) -> Workload | None:
        """How people use the database, None if unknown."""
        return None

    def truth(self, test: str) -> str | None:
        """Return which kind of truth a test judges, one of pgproof.reporting.truths.KINDS; None if the test shows it.

        test: its node id without parameters.
        """
        return None

    def gate_options(self, folder: Path) -> list[str]:
        """Return further options of pytest for a gate's run on replicas. folder: where the gate writes its report."""
        return []

    def add_samples(self, connection: psycopg.Connection[Any]) -> str | None:
        """Put sample rows into this project's schema if it has none; return a note for the report, None without any."""
        return None

    def fit_samples(self, connection: psycopg.Connection[Any]) -> Sequence[str]:
        """Put sample rows into the schema that an environment's own baseline made, if it has this project's tables.

        Return a line on each table, column or constraint for which no row could be made to fit.
        """
        return ()

    def get_ready(self) -> None:
        """Import what read() needs, while a connection is made."""
        from pgproof import snapshot  # noqa: F401

    def read(
        self, environment: Environment, connection: psycopg.Connection[Any], *, with_lints: bool = False
    ) -> Snapshot:
        """Return everything that the read-only tests judge. The connection is in a read-only transaction."""
        from pgproof import snapshot

        return snapshot.read(environment, connection, self.schemas, with_lints=with_lints)

    def fits(self, catalog: Catalog) -> bool:
        """Return whether a database has the tables that this project's criteria are about."""
        return False

    def broken(self, snapshot: Snapshot) -> Sequence[Broken]:
        """Return each criterion of this project that a snapshot does not meet. snapshot: as read() returns it."""
        return ()

"""What environments.toml cannot express about Connect: its schema, sample rows, live traffic and success criteria."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pgproof.hooks import Hooks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import psycopg

    from connect.snapshot import Snapshot
    from connect.workload import Messaging
    from pgproof import snapshot as plain
    from pgproof.browser.vocabulary import Vocabulary
    from pgproof.catalog import Catalog
    from pgproof.environments import Environment
    from pgproof.lints import Rule
    from pgproof.reporting.criteria import Criterion


class ConnectHooks(Hooks):
    """The answers for Connect. It imports late: a comparison needs no messaging schema, and a schema run no Faker."""

    verifier_script = "sql/verifier_role.sql"
    verifier_role = "connect_verifier"
    command = "python -m harness"
    chapters = MappingProxyType(
        {
            "schema": "Schema and data: the validation queries",
            "security": "Security: roles, policies, definer functions",
            "parity": "Both environments are the same",
            "functions": "What the five functions do",
            "migration": "The migration: applied, interrupted, taken back",
            "e2e": "What a person sees",
            "mutation": "Every check is able to fail",
            "harness": "The suite itself",
        }
    )

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        from pathlib import Path

        # In a folder that holds another project of this kind there are no tests.
        if (root / "tests" / "security").is_dir():
            self.accepted = "tests/security/accepted.toml"

        # The rows also depend on the versions of Faker and the like.
        own = (*(Path(__file__).with_name(name) for name in ("samples.py", "fitting.py")), root / "requirements.txt")
        self.sources = tuple(path for path in own if path.exists())

    @property
    def vocabulary(self) -> Vocabulary:
        """The names in Connect's API."""
        from connect.vocabulary import VOCABULARY

        return VOCABULARY

    @property
    def schemas(self) -> Sequence[str]:
        """The schemas of the messaging system."""
        from connect.schema import SCHEMAS

        return SCHEMAS

    @property
    def tables(self) -> tuple[str, ...]:
        """The messaging tables."""
        from connect.schema import TABLES

        return tuple(f"public.{name}" for name in TABLES)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The guide's six success criteria."""
        from connect.criteria import CRITERIA

        return CRITERIA

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What is safer in any messaging system."""
        from connect import hardening, strangers

        return (*hardening.RULES, *strangers.RULES)

    @property
    def workload(self) -> Messaging:
        """People who chat."""
        from connect.workload import Messaging

        return Messaging()

    def truth(self, test: str) -> str | None:
        """Tell apart what compares with the record, and the linter's rules; see pgproof.hooks.Hooks."""
        file = test.partition("::")[0].rpartition("/")[2]
        return {"test_recorded.py": "record", "test_lints.py": "debt"}.get(file)

    def gate_options(self, folder: Path) -> list[str]:
        """Keep the list of mutants beside the gate's report; see pgproof.hooks.Hooks."""
        return ["--mutation-report", str(folder / "mutation.json")]

    def load_samples(self, connection: psycopg.Connection[Any]) -> None:
        """Load 183 messages into an empty messaging schema."""
        from connect import samples

        samples.load(connection)

    def add_samples(self, connection: psycopg.Connection[Any]) -> str | None:
        """Load the 183 messages if the messaging schema has no chat; see pgproof.hooks.Hooks."""
        from connect import fitting

        return fitting.add(connection)

    def fit_samples(self, connection: psycopg.Connection[Any]) -> Sequence[str]:
        """Load the 183 messages, made to fit into the schema as it is; see pgproof.hooks.Hooks."""
        from connect import fitting

        found = fitting.load(connection)
        return () if found is None else found.unfit

    def get_ready(self) -> None:
        """Import what reads Connect's snapshot; see pgproof.hooks.Hooks."""
        # Some of it is imported by the functions that need it, and pglast by two threads at once would fail.
        import pglast  # noqa: F401

        from connect import snapshot  # noqa: F401

    def read(
        self, environment: Environment, connection: psycopg.Connection[Any], *, with_lints: bool = False
    ) -> Snapshot:
        """Return a snapshot with Connect's facts, validation and state; see pgproof.hooks.Hooks."""
        from connect import snapshot

        return snapshot.read(environment, connection, with_lints=with_lints)

    def fits(self, catalog: Catalog) -> bool:
        """Return whether there are chats, participants and messages; see pgproof.hooks.Hooks."""
        from connect.guide.columns import COLUMNS

        return all(catalog.get("relation", f"public.{name.partition('.')[0]}") for name in COLUMNS)

    def broken(self, snapshot: plain.Snapshot) -> Sequence[plain.Broken]:
        """Return each of the guide's criteria that the messaging system does not meet; see pgproof.hooks.Hooks."""
        from connect import keeping
        from connect.snapshot import Snapshot

        assert isinstance(snapshot, Snapshot), "read by these hooks"
        return tuple(keeping.broken(snapshot))

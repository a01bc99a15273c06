"""An environment of a project: what it is called, what migrates it, and where it is reached."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import SecretStr


@dataclass(frozen=True)
class Environment:
    """One database of a project, as environments.toml describes it.

    baseline: SQL files that make its schema before the migrations, after what all environments share.
    migrations, rollback: its scripts, in the order in which they are run. settings: what a session that runs them has
    set. variables: the beginning of its environment variables, such as "CONNECT_PROD". read_only: whether a live run
    may write only if it is told so. differences: lines of the comparison with others that are expected, each a
    regular expression. dsn: the live database to judge; without one, a replica is judged.
    expected_messages: how many rows the validation expects at least, where it is not the script's own number.
    """

    name: str
    title: str
    variables: str
    baseline: tuple[Path, ...] = ()
    migrations: tuple[Path, ...] = ()
    rollback: tuple[Path, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)
    read_only: bool = True
    differences: tuple[str, ...] = ()
    dsn: SecretStr | None = None
    expected_messages: int | None = None

    @property
    def dsn_variable(self) -> str:
        """The environment variable that makes this environment live."""
        return f"{self.variables}_DSN"

    @property
    def is_live(self) -> bool:
        """Whether a real database is judged, which allows reading only."""
        return self.dsn is not None


def forget_libpq_defaults() -> None:
    """Drop PGHOST and its kin from this process: a replica is where we made it, a live database where its DSN says.

    What tells how to trust a server (PGSSL…, PGPASSFILE and such) stays.
    """
    for name in list(os.environ):
        if name.startswith("PG") and not name.startswith(
            ("PGSSL", "PGGSS", "PGKRB", "PGPASSFILE", "PGREQUIRE", "PGCHANNEL")
        ):
            del os.environ[name]

"""An environment of a project: its names, its scripts, and its database."""

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

    title: its name for people. variables: the beginning of its environment variables, such as "CONNECT_PROD".
    baseline: SQL files that create its schema before the migrations, after what all environments share.
    migrations, rollback: its scripts, in the order in which they run. settings: of a session that runs them.
    read_only: whether a live run writes only if that is allowed explicitly. differences: regular expressions of the
    expected lines in a comparison with others. not_copied: what the baseline lacks of the schema that it is a copy of.
    dsn: of the live database to judge, None to judge a replica. expected_messages: how many rows the validation expects
    at least, None for the script's own number. deep: whether every row of a live database
    is read, however long it takes.
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
    not_copied: tuple[str, ...] = ()
    dsn: SecretStr | None = None
    expected_messages: int | None = None
    deep: bool = False

    @property
    def dsn_variable(self) -> str:
        """The environment variable that makes this environment live."""
        return f"{self.variables}_DSN"

    @property
    def is_live(self) -> bool:
        """Whether a real database is judged, which allows reading only."""
        return self.dsn is not None


def judged_by(item: object) -> Environment | None:
    """Return the environment that a test is run for; None if it is not run once for each. item: a pytest.Item."""
    found: Environment | None = getattr(getattr(item, "callspec", None), "params", {}).get("environment")
    return found


def forget_libpq_defaults() -> None:
    """Remove PGHOST and the like from this process, so that only a replica's parameters or a live DSN say where it is.

    Variables on how to trust a server or log in to it (PGSSL…, PGPASSFILE and such) stay, and so do a project's own:
    libpq's contain no underscore.
    """
    for name in list(os.environ):
        kept = name.startswith(("PGSSL", "PGGSS", "PGKRB", "PGPASSFILE", "PGREQUIRE", "PGCHANNEL"))
        if name.startswith("PG") and "_" not in name and not kept:
            del os.environ[name]

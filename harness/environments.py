"""The two environments: what each is called, what migrates it, and where it is reached."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness import paths
from harness.errors import Refusal

if TYPE_CHECKING:
    from pydantic import SecretStr

    from harness.settings import Settings

_PREFIX = "CONNECT_"


@dataclass(frozen=True)
class Environment:
    """One Supabase project. dsn: the live database to judge; without one, a replica is judged.

    expected_messages: what 004 expects at least, where it is not the guide's 183.
    """

    name: str
    title: str
    baseline: Path
    migrations: tuple[Path, ...]
    dsn: SecretStr | None = None
    expected_messages: int | None = None

    @property
    def dsn_variable(self) -> str:
        """The environment variable that makes this environment live."""
        return f"{_PREFIX}{self.name.upper()}_DSN"

    @property
    def is_live(self) -> bool:
        """Whether a real database is judged, which allows reading only."""
        return self.dsn is not None


_BASELINE = paths.SQL / "baseline"
REPLICAS = {
    "prod": Environment("prod", "Connect-Prod", _BASELINE / "prod.sql", (paths.SQL / "001_schema_alignment.sql",)),
    "staging": Environment(
        "staging",
        "Connect-Staging",
        _BASELINE / "staging.sql",
        (paths.SQL / "002_function_updates_staging.sql", paths.SQL / "003_index_alignment.sql"),
    ),
}
ROLLBACK = paths.SQL / "rollback.sql"
VALIDATION = paths.SQL / "004_validation.sql"


def forget_libpq_defaults() -> None:
    """Drop PGHOST and its kin from this process: a replica is where we made it, a live database where its DSN says.

    What tells how to trust a server (PGSSL…, PGPASSFILE and such) stays.
    """
    for name in list(os.environ):
        if name.startswith("PG") and not name.startswith(
            ("PGSSL", "PGGSS", "PGKRB", "PGPASSFILE", "PGREQUIRE", "PGCHANNEL")
        ):
            del os.environ[name]


def chosen(names: list[str], live_only: bool) -> tuple[Environment, ...]:
    """The named environments (both if none is named), each with its DSN where one is set. Raises Refusal."""
    for name in names:
        if name not in REPLICAS:
            raise Refusal(f"unknown environment '{name}'; choose one of {', '.join(REPLICAS)}")
    environments = tuple(_with_dsn(REPLICAS[name]) for name in dict.fromkeys(names or REPLICAS))
    for environment in environments:
        if live_only and not environment.is_live:
            raise Refusal(
                f"a live run needs the database of {environment.name}: set {environment.dsn_variable}"
                " (see sql/verifier_role.sql for a role that can only read)"
            )
    return environments


def settings() -> Settings | None:
    """The settings of live environments, from variables and the .env file; None if there are none. Raises Refusal."""
    env_file = Path(os.environ.get("CONNECT_ENV_FILE", paths.ROOT / ".env"))
    names = tuple(_PREFIX + name.upper() for name in REPLICAS)
    if not any(name.startswith(names) for name in os.environ) and not env_file.exists():
        return None
    # Importing the settings library costs more than the whole rest of a replica run's start.
    from harness.settings import Settings

    return Settings.read(env_file)


def _with_dsn(environment: Environment) -> Environment:
    found = settings()
    if found is None:
        return environment
    return replace(
        environment,
        dsn=getattr(found, f"{environment.name}_dsn"),
        expected_messages=getattr(found, f"{environment.name}_expected_messages"),
    )

"""Settings from CONNECT_* variables and the .env file, by pydantic-settings. Secrets never show in a repr."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads annotations when it runs

from pydantic import SecretStr  # noqa: TC002
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a live run needs. An empty variable counts as not set."""

    model_config = SettingsConfigDict(env_prefix="CONNECT_", env_ignore_empty=True, extra="ignore")

    prod_dsn: SecretStr | None = None
    staging_dsn: SecretStr | None = None

    @classmethod
    def read(cls, env_file: Path) -> Settings:
        """The variables, and below them the file, which need not exist."""
        return cls(_env_file=env_file)  # type: ignore[call-arg] # documented, but added without its type

"""Settings from CONNECT_* variables and the .env file, by pydantic-settings. Secrets never show in a repr."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads annotations when it runs

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from harness.errors import Refusal


class Settings(BaseSettings):
    """What a live run needs. An empty variable counts as not set."""

    model_config = SettingsConfigDict(env_prefix="CONNECT_", env_ignore_empty=True, extra="ignore")

    prod_dsn: SecretStr | None = None
    staging_dsn: SecretStr | None = None
    prod_expected_messages: int | None = None
    staging_expected_messages: int | None = None
    prod_api_url: str | None = None
    staging_api_url: str | None = None
    prod_anon_key: SecretStr | None = None
    staging_anon_key: SecretStr | None = None
    e2e_users: SecretStr | None = None

    @classmethod
    def read(cls, env_file: Path) -> Settings:
        """The variables, and below them the file, which need not exist."""
        try:
            return cls(_env_file=env_file)  # type: ignore[call-arg] # documented, but added without its type
        except ValidationError as error:
            wrong = ", ".join(f"CONNECT_{each['loc'][0]!s}".upper() for each in error.errors(include_input=False))
            raise Refusal(f"{wrong} cannot be read; expected a whole number") from None
        except (OSError, UnicodeError) as error:
            raise Refusal(f"the settings file {env_file} cannot be read: {error.__class__.__name__}") from None

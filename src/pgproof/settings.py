"""Settings of live environments, from variables and a .env file, by pydantic-settings. A repr never shows a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# The settings of each environment; their variables have its name in front: PROD_DSN and so on.
_OF_EACH: dict[str, Any] = {"dsn": SecretStr, "expected_messages": int, "api_url": str, "anon_key": SecretStr}


class _Variables(BaseSettings):
    """The settings that a project has once; a subclass adds those of each environment."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")
    e2e_users: SecretStr | None = None


class Settings:
    """What a live run needs to know of each environment. An empty variable counts as not set.

    e2e_users: the people to sign in as, in the form "email:password,…".
    """

    def __init__(self, found: _Variables, prefix: str) -> None:
        self._found, self._prefix = found, prefix
        self.e2e_users = found.e2e_users

    def get(self, environment: str, key: str) -> Any:
        """Return a value, None if it is not set. key: dsn, expected_messages, api_url or anon_key."""
        return getattr(self._found, f"{environment}_{key}")

    def variable(self, environment: str, key: str) -> str:
        """Return the name of the environment variable for a value."""
        return f"{self._prefix}_{environment}_{key}".upper()


def read(prefix: str, environments: Iterable[str], env_file: Path) -> Settings:
    """Return the settings in environment variables, or else in the file, which need not exist.

    prefix: the beginning of all variables, such as "CONNECT". Raises UsageError, which names what cannot be read.
    """
    fields: dict[str, Any] = {
        f"{name}_{key}": (kind | None, None) for name in environments for key, kind in _OF_EACH.items()
    }

    class _Located(_Variables):
        model_config = SettingsConfigDict(env_prefix=f"{prefix}_", env_file=env_file)

    model = create_model("Variables", __base__=_Located, **fields)
    try:
        return Settings(model(), prefix)
    except ValidationError as error:
        wrong = ", ".join(f"{prefix}_{each['loc'][0]!s}".upper() for each in error.errors(include_input=False))
        raise UsageError(f"{wrong} cannot be read; expected a whole number") from None
    except (OSError, UnicodeError) as error:
        raise UsageError(f"the settings file {env_file} cannot be read: {error.__class__.__name__}") from None

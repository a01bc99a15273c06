"""A stack under somebody's own page: at the address and with the keys that the page was built with."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pgproof.environments import Environment
    from pgproof.settings import Settings

# What a page is built with that was made for `supabase start`; this secret is public, and the same everywhere.
_LOCAL = "http://127.0.0.1:54321"
_LOCAL_SECRET = "super-secret-jwt-token-with-at-least-32-characters-long"  # noqa: S105 # the same everywhere
_SECRET = "STACK_JWT_SECRET"  # noqa: S105 # the name of a variable
_PUBLISHABLE = "STACK_PUBLISHABLE_KEY"
# Of which a signature says nothing.
_CLAIMS = ("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss", "verify_sub", "verify_jti")
_HERE = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class OwnPage:
    """What a page was built with. api_url: as the page writes it. key: its publishable key, "" if it has none.

    secret: what signs the stack's keys that are tokens. scripts: run before the stack serves.
    """

    page_url: str
    api_url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    scripts: tuple[Path, ...] = ()

    @property
    def arguments(self) -> list[str]:
        """The arguments of the stack that the page reaches."""
        return [
            "--port",
            str(urlsplit(self.api_url).port),
            *(word for file in self.scripts for word in ("--sql", str(file))),
        ]

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of that stack. A command line would show the secret to everybody."""
        return {_SECRET: self.secret, _PUBLISHABLE: self.key}


def described(
    environments: tuple[Environment, ...],
    base_url: str | None,
    settings: Settings | None,
    scripts: Sequence[Path] = (),
    variables: Mapping[str, str] = os.environ,
) -> OwnPage:
    """Return what the page was built with, according to the settings. Raises UsageError, which says what to change.

    base_url: of --base-url. scripts: of --sql. variables: of this process.
    """
    if base_url is None:
        raise UsageError("--stack starts a stack under your own page; say where the page is: --base-url=URL")
    if len(environments) != 1:
        which = " or ".join(f"--env {each.name}" for each in environments)
        raise UsageError(f"--stack is the stack of one environment; say which: {which}")
    environment = environments[0]
    if environment.is_live:
        raise UsageError(
            f"--stack starts a stack, but {environment.dsn_variable} names a live database; leave one of them away"
        )
    for script in scripts:
        if not script.is_file():
            raise UsageError(f"--sql '{script}' is not a file")
    api_url = key = None
    if settings is not None:
        api_url, key = (settings.get(environment.name, each) for each in ("api_url", "anon_key"))
    api_url = (api_url or _LOCAL).rstrip("/")
    variable = f"{environment.variables}_API_URL"
    try:
        parts = urlsplit(api_url)
        here = parts.scheme == "http" and parts.hostname in _HERE and bool(parts.port) and parts.path == ""
    except ValueError:
        here = False
    if not here:
        raise UsageError(
            f"{variable} is not an address at which a stack can be started; build the page with"
            f" {_LOCAL} (or another port), and set {variable} to the same"
        )
    secret = variables.get(_SECRET) or _LOCAL_SECRET
    publishable = "" if key is None else _publishable(key.get_secret_value(), secret)
    return OwnPage(base_url, api_url, publishable, secret, tuple(each.resolve() for each in scripts))


def _publishable(key: str, secret: str) -> str:
    """Return a page's key if it is a publishable one, which the stack is then given; "" if it is a token of the secret.

    Raises UsageError for any other.
    """
    if key.startswith("sb_secret_"):
        raise UsageError(
            "the page was built with a secret key, which everybody who opens the page can read and Supabase refuses in"
            " a browser; build it with the publishable key, and delete the secret one"
        )
    if re.fullmatch(r"sb_publishable_[!-~]+", key):
        return key
    if not key or _is_signed(key, secret):
        return ""
    raise UsageError(
        f"the key that the page was built with is not one of this stack, so it would be refused; set {_SECRET} to the"
        " secret that signed it, or build the page with a publishable key (sb_publishable_…): the stack takes any"
    )


def _is_signed(key: str, secret: str) -> bool:
    """Return whether a token was signed with this secret. When it runs out is for the stack to judge."""
    if find_spec("jwt") is None:
        raise UsageError("the package pyjwt is not installed, which a stack needs; run: make setup-stack")
    import jwt

    checked: Any = dict.fromkeys(_CLAIMS, False)
    try:
        jwt.decode(key, secret, algorithms=["HS256"], options=checked)
    except jwt.PyJWTError:
        return False
    return True

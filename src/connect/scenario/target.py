"""Where a run of tests/e2e takes place: a page, the API behind it, the database behind that, and people's accounts.

It is a stack that the run starts, or a live project with the page at --base-url.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from connect.project import PROJECT
from connect.scenario.stored import Database
from pgproof.errors import UsageError
from pgproof.scrub import Scrubber
from pgproof.secret import Secret
from pgproof.supabase.api import Api

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from connect.embedded_stack import Running
    from connect.scenario.own_page import OwnPage
    from pgproof.environments import Environment
    from pgproof.settings import Settings


_USERS = f"{PROJECT.prefix}_E2E_USERS"


class Account(NamedTuple):
    """Somebody who can sign in."""

    email: str
    password: Secret


@dataclass(frozen=True)
class Target:
    """Where a run takes place. page_url: of the front end. accounts: of existing people. secrets: never to be kept.

    administrator: the DSN with which a test creates people on a stack, None on a live project.
    read_only: why nothing may be written, in words, None if it may. copied: whether the stack runs on a copy of
    somebody's database, not on this repository's own baseline. own_page: what stands on the stack instead of its page.
    api_variable: what names the address of a live project's API.
    """

    environment: str
    page_url: str
    api: Api
    database: Database
    accounts: tuple[Account, ...] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    administrator: str | None = field(default=None, repr=False)
    read_only: str | None = None
    copied: bool = False
    own_page: OwnPage | None = field(default=None, repr=False)
    api_variable: str = ""

    @property
    def project(self) -> str:
        """The first part of the API's host name, which Supabase's clients use in the names of what they store."""
        return (urlsplit(self.api.url).hostname or "").split(".")[0]


def check_page(base_url: str) -> None:
    """Raise UsageError if this, of --base-url, is not an address."""
    if not _is_address(base_url):
        raise UsageError(
            f"--base-url '{_shown(base_url)}' is not an address; expected one such as http://localhost:3000"
        )


def check(environments: tuple[Environment, ...], base_url: str | None, settings: Settings | None) -> None:
    """Check that options and settings say where the run takes place. Raises UsageError, which names what is missing.

    base_url: of --base-url, None for a stack. settings: None if there are none.
    """
    live = [each for each in environments if each.is_live]
    if base_url is None:
        return
    check_page(base_url)
    if len(environments) != 1:
        which = " or ".join(f"--env {each.name}" for each in environments)
        raise UsageError(f"--base-url is the page of one environment; say which: {which}")
    environment = environments[0]
    name, variables = environment.name, environment.variables
    wanted = [] if live else [environment.dsn_variable]
    wanted += [
        f"{variables}_{key.upper()}"
        for key in ("api_url", "anon_key")
        if settings is None or settings.get(name, key) is None
    ]
    if settings is None or settings.e2e_users is None:
        wanted.append(_USERS)
    if wanted:
        raise UsageError(
            f"--base-url needs to know what the page talks to: set {', '.join(wanted)}"
            f" (`python -m stack --env {name} --dotenv` prints them for a throw-away stack)"
        )
    assert settings is not None, "complete"
    api_url = settings.get(name, "api_url")
    if not _is_address(api_url) or "@" in urlsplit(api_url).netloc:
        raise UsageError(
            f"{variables}_API_URL '{_shown(api_url)}' is not the address of an API;"
            " expected one such as https://project.supabase.co"
        )
    _accounts(settings)


def live(environment: Environment, base_url: str, settings: Settings, allow_writes: bool) -> Target:
    """Return a live project as the target; call check() first. allow_writes: although the environment is read-only."""
    assert environment.dsn is not None, "checked"
    anon_key, users = settings.get(environment.name, "anon_key"), _accounts(settings)
    forbidden = environment.read_only and not allow_writes
    return Target(
        environment.name,
        base_url,
        Api(settings.get(environment.name, "api_url").rstrip("/"), anon_key.get_secret_value()),
        Database(lambda: _reading(environment)),
        users,
        (
            environment.dsn.get_secret_value(),
            anon_key.get_secret_value(),
            *(account.password for account in users),
        ),
        read_only=f"it writes, and live {environment.title} is only read without --allow-writes" if forbidden else None,
        api_variable=f"{environment.variables}_API_URL",
    )


@contextmanager
def on_stack(
    environment: str, stack: Running, *, copied: bool = False, own_page: OwnPage | None = None
) -> Iterator[Target]:
    """Yield a running stack as the target, for the length of the block. copied, own_page: see Target."""
    from psycopg import connect

    with connect(stack.verifier_dsn, autocommit=True) as connection:

        @contextmanager
        def reading() -> Iterator[psycopg.Connection[Any]]:
            yield connection

        yield Target(
            environment,
            stack.app_url if own_page is None else own_page.page_url,
            Api(stack.api_url if own_page is None else own_page.api_url, stack.anon_key),
            Database(reading),
            tuple(Account(user["email"], Secret(user["password"])) for user in stack.users),
            (stack.anon_key, stack.service_role_key, stack.jwt_secret, stack.users[0]["password"]),
            administrator=stack.dsn,
            copied=copied,
            own_page=own_page,
        )


@contextmanager
def _reading(environment: Environment) -> Iterator[psycopg.Connection[Any]]:
    from pgproof.postgres import live as live_database

    with live_database.connect(environment, PROJECT.hooks) as connection:
        yield connection


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and re.fullmatch(r"[\w.:%-]+", parts.hostname or "") is not None
            and parts.port != 0
        )
    except ValueError:
        # The port is not a number or too large, or a bracket is not closed.
        return False


def _shown(address: str) -> str:
    return Scrubber().text(address)


def _accounts(settings: Settings) -> tuple[Account, ...]:
    assert settings.e2e_users is not None, "checked"
    pairs = [pair.strip().partition(":") for pair in settings.e2e_users.get_secret_value().split(",")]
    if len(pairs) < 2 or not all("@" in email and password for email, _, password in pairs):
        raise UsageError(
            f"{_USERS} is not a list of at least two people;"
            " expected email:password,email:password (and no comma in a password)"
        )
    return tuple(Account(email, Secret(password)) for email, _, password in pairs)

"""How the API is set up: what `ALTER ROLE authenticator SET pgrst.…` says, and the settings of roles.

Source: PostgREST, "Configuration" (in-database configuration) and "Transactions" (impersonated role settings).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PREFIX = "pgrst."
# Nothing that a client can see depends on them here.
_WITHOUT_EFFECT = frozenset({"db_prepared_statements", "jwt_cache_max_lifetime"})
# What they are about is refused by name wherever a request asks for it.
_REFUSED_WHEN_ASKED = frozenset(
    {
        "db_plan_enabled",
        "db_root_spec",
        "openapi_mode",
        "openapi_security_active",
        "openapi_server_proxy_uri",
        "server_cors_allowed_origins",
        "server_timing_enabled",
    }
)
_TRUE, _FALSE = ("true", "on", "yes", "1"), ("false", "off", "no", "0")
_TX_ENDS = {
    "commit": (False, False),
    "commit-allow-override": (False, True),
    "rollback": (True, False),
    "rollback-allow-override": (True, True),
}
# As Supabase sets them for the roles of the API; what a project sets itself goes first.
_OF_AUTHENTICATOR = {"statement_timeout": "8s", "lock_timeout": "8s"}
_OF_ROLES = {"anon": {"statement_timeout": "3s"}, "authenticated": {"statement_timeout": "8s"}}


@dataclass(frozen=True)
class Settings:
    """How the API is set up. Without a document, as Supabase sets a project up.

    max_rows: how many rows an answer has at most, None for any number. pre_request: a function that runs before each
    request. rolls_back: what a transaction ends with; may_choose: whether Prefer: tx= may say otherwise. hoisted: which
    settings of a function hold for the whole transaction. trace_header: one that answers repeat. roles: what is set for
    each role. ignored: settings that are not obeyed here, but change no answer that is given. refused: those that would
    change answers.
    """

    schemas: tuple[str, ...] = ("public", "graphql_public")
    extra_search_path: tuple[str, ...] = ("public", "extensions")
    max_rows: int | None = 1000
    pre_request: tuple[str, ...] | None = None
    rolls_back: bool = False
    may_choose: bool = False
    aggregates: bool = False
    hoisted: tuple[str, ...] = (
        "statement_timeout",
        "plan_filter.statement_cost_limit",
        "default_transaction_isolation",
    )
    authenticator: Mapping[str, str] = field(default_factory=lambda: dict(_OF_AUTHENTICATOR))
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: dict(_OF_ROLES))
    trace_header: str | None = None
    ignored: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def of_role(self, role: str) -> dict[str, str]:
        """Return the settings of a transaction that runs as a role: authenticator's limits, then the role's own."""
        return {**self.authenticator, **self.roles.get(role, {})}


@cache
def query() -> bytes:
    """Return the statement that reads the document: its answer is one row with one JSON text."""
    return Path(__file__).with_name("settings.sql").read_bytes()


def read(document: str) -> Settings:
    """Return the settings that a document, the answer to query(), describes."""
    told = json.loads(document)
    own: dict[str, str] = told["own"]
    found: dict[str, Any] = {}
    ignored: list[str] = []
    refused: list[str] = []
    for name, value in own.items():
        if not name.startswith(_PREFIX):
            continue
        short = name.removeprefix(_PREFIX)
        if short in _REFUSED_WHEN_ASKED:
            ignored.append(name)
        elif short in _READ:
            try:
                found.update(_READ[short](value))
            except ValueError:
                refused.append(f"{name} = '{value}'")
        elif short not in _WITHOUT_EFFECT:
            refused.append(name)
    roles = {role: {**_OF_ROLES.get(role, {}), **told["roles"].get(role, {})} for role in {*_OF_ROLES, *told["roles"]}}
    authenticator = {name: own.get(name, value) for name, value in _OF_AUTHENTICATOR.items()}
    return Settings(
        **found,
        authenticator=authenticator,
        roles=roles,
        ignored=tuple(sorted(ignored)),
        refused=tuple(sorted(refused)),
    )


def _names(text: str) -> tuple[str, ...]:
    """Return the names in a list such as 'public, "My Schema"'."""
    return tuple(each.strip().strip('"') for each in text.split(",") if each.strip())


def _switch(text: str) -> bool:
    if text.lower() not in (*_TRUE, *_FALSE):
        raise ValueError(text)
    return text.lower() in _TRUE


def _schemas(text: str) -> dict[str, object]:
    names = _names(text)
    if not names:
        raise ValueError(text)
    return {"schemas": names}


def _max_rows(text: str) -> dict[str, object]:
    if text and int(text) < 0:
        raise ValueError(text)
    return {"max_rows": int(text) if text else None}


def _hoisted(text: str) -> dict[str, object]:
    names = _names(text)
    for each in names:
        try:
            re.compile(each)
        except re.error:
            raise ValueError(text) from None
    return {"hoisted": names}


def _tx_end(text: str) -> dict[str, object]:
    if text not in _TX_ENDS:
        raise ValueError(text)
    rolls_back, may_choose = _TX_ENDS[text]
    return {"rolls_back": rolls_back, "may_choose": may_choose}


def _anon_role(text: str) -> dict[str, object]:
    if text != "anon":
        raise ValueError(text)
    return {}


_READ: dict[str, Callable[[str], dict[str, object]]] = {
    "db_schemas": _schemas,
    "db_extra_search_path": lambda text: {"extra_search_path": _names(text)},
    "db_max_rows": _max_rows,
    "db_pre_request": lambda text: {
        "pre_request": tuple(part.strip('"') for part in text.split(".")) if text else None
    },
    "db_tx_end": _tx_end,
    "db_aggregates_enabled": lambda text: {"aggregates": _switch(text)},
    "db_anon_role": _anon_role,
    "server_trace_header": lambda text: {"trace_header": text.lower() or None},
    "db_hoisted_tx_settings": _hoisted,
}

"""Settings by role and database that the API obeys, and under which nobody can chat; see pgproof.machinery.settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide.callers import AUTHENTICATED, AUTHENTICATOR, SERVICE_ROLE
from pgproof.machinery.settings import in_request, is_off, is_on, milliseconds, names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pgproof.machinery.reading import Machinery, Setting

# Who the front end is, and who its functions on a server are.
CALLERS = (AUTHENTICATED, SERVICE_ROLE)
# Nobody's request is through in less; a hosted project has 8 s.
_SHORTEST = 100
_SCHEMA = "public"

_TIMEOUTS = {
    "statement_timeout": "every request that takes longer fails: the list of chats, a message, a read mark",
    "lock_timeout": "a message fails as soon as somebody else writes in the same chat",
    "transaction_timeout": "every request that takes longer is cut off, and so is what it wrote",
    "idle_in_transaction_session_timeout": "a request loses its connection between two statements",
}
# When each is wrong, and what a person sees then.
_SWITCHES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "session_replication_role": (
        lambda value: value.lower() == "replica",
        "no ordinary trigger fires: a new message gets no seq, and its chat does not move up the list",
    ),
    "default_transaction_read_only": (
        is_on,
        "what begins a transaction without saying more cannot write: signing in and sending fail",
    ),
    "row_security": (
        is_off,
        "every query of a table with policies fails instead of being filtered: nobody sees a chat",
    ),
}
# Of the API alone.
_OF_API: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "pgrst.db_max_rows": (
        lambda value: value.strip() == "0",
        "every answer of the API is empty: nobody sees a chat",
    ),
    "pgrst.db_tx_end": (
        lambda value: value.strip().startswith("rollback"),
        "what a request wrote is taken back at its end: no message is stored, though sending seems to work",
    ),
}
SETTINGS = (
    *_SWITCHES,
    *_TIMEOUTS,
    *_OF_API,
    "pgrst.db_schemas",
    "pgrst.db_pre_request",
)


def setting(machinery: Machinery, name: str) -> tuple[str, str] | None:
    """Return what is wrong with a setting in a request of the API, and what mends it; None if nothing is."""
    wrong: list[str] = []
    mending: list[str] = []
    for caller in CALLERS:
        found = in_request(machinery, name, AUTHENTICATOR, caller)
        said = found and _said(machinery, found)
        if not said or found is None:
            continue
        reset = found.reset.format(database=machinery.database)
        if reset not in mending:
            wrong.append(f"{_where(found)} {found.value}, so that {said}")
            mending.append(reset)
    return ("; ".join(wrong), "; ".join(mending)) if wrong else None


def replica_role(machinery: Machinery) -> str:
    """Return session_replication_role in a request of the API."""
    found = in_request(machinery, "session_replication_role", AUTHENTICATOR, CALLERS[0])
    return found.value if found else "origin"


def search_path(machinery: Machinery, caller: str) -> list[str]:
    """Return the search path of a function that sets none, called through the API.

    The API sets its own, which the schema of the request begins, and what the caller's role has overrides it.
    """
    found = in_request(machinery, "search_path", AUTHENTICATOR, caller)
    return names(found.value) if found is not None and found.role == caller else [_SCHEMA, "extensions"]


def search_paths(machinery: Machinery, settings: Sequence[str]) -> list[list[str]]:
    """Return the search paths in which a function may run, its own or each caller's. settings: the function's."""
    pinned = [each.partition("=")[2] for each in settings if each.startswith("search_path=")]
    return [names(pinned[0])] if pinned else [search_path(machinery, caller) for caller in CALLERS]


def database(machinery: Machinery) -> str | None:
    """Return why nobody can connect to the database, None if everybody can."""
    if not machinery.connects:
        return "allows no connections, so that the API cannot start again"
    if machinery.connection_limit == 0:
        return "has a connection limit of 0, so that the API, which is not a superuser, cannot connect"
    return None


def _where(found: Setting) -> str:
    who = f"role {found.role}" if found.role else "every role"
    return f"set for {who}{' in this database' if found.here else ''} to"


def _said(machinery: Machinery, found: Setting) -> str | None:
    name, value = found.name, found.value
    if name in _TIMEOUTS:
        duration = milliseconds(value)
        return _TIMEOUTS[name] if duration is not None and 0 < duration < _SHORTEST else None
    switches = {**_SWITCHES, **_OF_API}
    if name in switches:
        is_wrong, said = switches[name]
        return said if is_wrong(value) else None
    if name == "pgrst.db_schemas" and _SCHEMA not in names(value):
        return f"the API does not show the tables of {_SCHEMA}"
    if name == "pgrst.db_pre_request":
        return _before_request(machinery, value)
    return None


def _before_request(machinery: Machinery, value: str) -> str | None:
    schema, _, name = value.strip().rpartition(".")
    schema, name = schema.strip('"') or _SCHEMA, name.strip('"')
    if not name or (schema, name) in machinery.callable_names:
        return None
    return "each request calls a function that does not exist, and fails"


def log(machinery: Machinery) -> str | None:
    """Return why realtime hears of no change, None if it can."""
    if machinery.wal_level == "logical":
        return None
    return f"wal_level is {machinery.wal_level}, not logical, so that realtime delivers nothing"

"""The value of a setting in a session of the API, as roles and databases set it.

PostgREST logs in as one role and becomes another one for each request. At login PostgreSQL takes the first of: the
setting of this role in this database, of the role, of the database, of all. For each request PostgREST then sets, for
the transaction, what the other role has by ALTER ROLE … SET without IN DATABASE, as far as the role that logged in may
set it: what only a superuser may set needs GRANT SET ON PARAMETER (documentation of PostgREST, "Impersonated Role
Settings", and "Transactions").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgproof.machinery.reading import Machinery, Setting

_TRUE = frozenset(("on", "true", "yes", "1", "t", "y"))
_FALSE = frozenset(("off", "false", "no", "0", "f", "n"))
_MILLISECONDS = {"us": 0.001, "": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*")


def at_login(machinery: Machinery, name: str, role: str) -> Setting | None:
    """Return what sets the setting when the role logs in; None for the server's own value."""
    for who, here in ((role, True), (role, False), ("", True), ("", False)):
        for setting in machinery.settings:
            if (setting.role, setting.here, setting.name) == (who, here, name):
                return setting
    return None


def in_request(machinery: Machinery, name: str, login: str, role: str) -> Setting | None:
    """Return what sets the setting in a request of the API. login: who logs in. role: who it becomes."""
    if (login, name) in machinery.may_set:
        for setting in machinery.settings:
            if (setting.role, setting.here, setting.name) == (role, False, name):
                return setting
    return at_login(machinery, name, login)


def is_set(machinery: Machinery, name: str) -> bool:
    """Return whether a setting may have a value in a request: the server, a role or the API itself gives it one.

    A name without a dot is PostgreSQL's own. The API sets request.… for each request.
    """
    if "." not in name or name.startswith("request.") or name.lower() in machinery.known_settings:
        return True
    return any(each.lower() == name.lower() for _, __, each in machinery.set_names)


def is_on(value: str) -> bool:
    """Return whether a boolean setting is on."""
    return value.lower() in _TRUE


def is_off(value: str) -> bool:
    """Return whether a boolean setting is off."""
    return value.lower() in _FALSE


def milliseconds(value: str) -> float | None:
    """Return a duration, such as "8s", in milliseconds, the unit of one without; None if it is none."""
    match = _DURATION.fullmatch(value)
    return float(match[1]) * _MILLISECONDS[match[2]] if match and match[2] in _MILLISECONDS else None


def names(value: str) -> list[str]:
    """Return the names of a list, such as a search path."""
    return [each.strip().strip('"') for each in value.split(",") if each.strip()]

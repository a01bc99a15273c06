"""The errors of the database, and those that a function describes whole, as a client is told them.

Codes that do not start with PGRST are SQLSTATEs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stack.rest.errors import ApiError

if TYPE_CHECKING:
    import psycopg

# The status of an SQLSTATE: the whole code first, then its class. 42501 depends on who asks.
_STATUS = {
    "23503": 409,
    "23505": 409,
    "25006": 405,
    "21000": 500,
    "53400": 500,
    "57P01": 503,
    "57P03": 503,
    "P0001": 400,
    "42883": 404,
    "42P01": 404,
    "42P17": 500,
}
_STATUS_OF_CLASS = {
    "08": 503,
    "09": 500,
    "0L": 403,
    "0P": 403,
    "25": 500,
    "28": 403,
    "2D": 500,
    "38": 500,
    "39": 500,
    "3B": 500,
    "40": 500,
    "53": 503,
    "54": 500,
    "55": 500,
    "57": 500,
    "58": 500,
    "F0": 500,
    "HV": 500,
    "P0": 500,
    "XX": 500,
}
_INSUFFICIENT_PRIVILEGE = "42501"
_INVALID_PARAMETER_VALUE = "22023"


def of_database(error: psycopg.Error, *, anonymous: bool) -> ApiError:
    """Return the error for what the database refused, with the status that PostgREST gives its SQLSTATE.

    anonymous: the request had no user, so a missing privilege is 401 instead of 403: signing in might help.
    """
    code = error.sqlstate
    if code is None:
        # Whatever the server says has a code: this is the connection.
        return unavailable(str(error))
    told = error.diag
    message = told.message_primary or str(error)
    if code == "PGRST":
        return raised(message, told.message_detail)
    status = _STATUS.get(code) or _STATUS_OF_CLASS.get(code[:2]) or 400
    if code == _INSUFFICIENT_PRIVILEGE:
        status = 401 if anonymous else 403
    elif code == "21000" and message.endswith("requires a WHERE clause"):
        status = 400
    elif code == _INVALID_PARAMETER_VALUE and message.startswith("role ") and message.endswith("does not exist"):
        status = 401
    elif code.startswith("PT"):
        status = int(code[2:]) if code[2:].isdecimal() and 100 <= int(code[2:]) <= 599 else 500
    return ApiError(status, code, message, details=told.message_detail, hint=told.message_hint)


def unavailable(why: str) -> ApiError:
    """Return the error for a database that cannot be reached, or went away. why: in libpq's words."""
    return ApiError(503, "PGRST000", "Database connection error. Retrying the connection.", details=why.strip())


def raised(message: str, detail: str | None) -> ApiError:
    """Return the error that a function describes whole, with RAISE SQLSTATE 'PGRST'. message, detail: JSON, as it says.

    What does not say what it has to is PGRST121.
    """
    refused = "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error"
    told = _object(message, ("code", "message"))
    if told is None:
        keys = "obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'"
        hint = f"MESSAGE must be a JSON object with {keys}."
        return ApiError(500, "PGRST121", refused, details=f"Invalid JSON value for MESSAGE: '{message}'", hint=hint)
    hint = "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'."
    if detail is None:
        return ApiError(500, "PGRST121", refused, details="DETAIL is missing in the RAISE statement", hint=hint)
    how = _object(detail, ("status", "headers"))
    if how is None or not isinstance(how["status"], int) or not isinstance(how["headers"], dict):
        return ApiError(500, "PGRST121", refused, details=f"Invalid JSON value for DETAIL: '{detail}'", hint=hint)
    headers = {str(name).lower(): str(value) for name, value in how["headers"].items()}
    return ApiError(
        how["status"],
        told["code"],
        told["message"],
        details=told.get("details"),
        hint=told.get("hint"),
        headers=headers,
    )


def _object(text: str, keys: tuple[str, ...]) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and all(key in found for key in keys) else None

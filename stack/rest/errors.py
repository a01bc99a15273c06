"""The errors that a request is refused with: a status and {code, message, details, hint}, as PostgREST has them.

Codes that start with PGRST are PostgREST's own; all others are SQLSTATEs, of the database or of what it would say.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
# How alike two names have to be for one to be offered for the other; those of tables and functions, nearly the same.
_LEAST_FOR_NAMES, _LEAST_FOR_ARGUMENTS = 0.75, 0.33
_INSUFFICIENT_PRIVILEGE = "42501"
_INVALID_PARAMETER_VALUE = "22023"


class ApiError(Exception):
    """A request that is refused. status: of HTTP. code: PostgREST's, or an SQLSTATE. headers: of the response."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Any = None,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details, self.hint = status, code, message, details, hint
        self.headers = dict(headers or {})

    @property
    def body(self) -> bytes:
        """The error as JSON: {code, message, details, hint}."""
        told = {"code": self.code, "message": self.message, "details": self.details, "hint": self.hint}
        # A name that was asked for may be half of a surrogate pair.
        return json.dumps(told, ensure_ascii=False).encode(errors="replace")

    @property
    def challenge(self) -> str | None:
        """The header WWW-Authenticate, None unless the status is 401."""
        if self.status != 401:
            return None
        if self.code in ("PGRST301", "PGRST303"):
            return f'Bearer error="invalid_token", error_description="{self.message}"'
        return "Bearer"


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


def not_parsed(what: str, text: str, position: int, trouble: str) -> ApiError:
    """Return the error for a parameter that cannot be parsed. what: the kind of parameter; trouble: why not.

    position: of the character that does not fit, from 0.
    """
    return ApiError(
        400, "PGRST100", f'"failed to parse {what} ({text})" (line 1, column {position + 1})', details=trouble
    )


def bad_body(message: str) -> ApiError:
    """Return the error for a body that is not what the request needs."""
    return ApiError(400, "PGRST102", message)


def out_of_range(details: str, *, total: int | None = None) -> ApiError:
    """Return the error for a range of rows that the result does not have. total: how many it has, if that is known."""
    headers = {"content-range": f"*/{total}"} if total is not None else None
    return ApiError(416, "PGRST103", "Requested range not satisfiable", details=details, headers=headers)


def not_exposed(schema: str, exposed: Sequence[str]) -> ApiError:
    """Return the error for a schema that is not one of those that are exposed."""
    hint = f"Only the following schemas are exposed: {', '.join(exposed)}"
    return ApiError(406, "PGRST106", f"Invalid schema: {schema}", hint=hint)


def no_media_type(asked: str) -> ApiError:
    """Return the error for an Accept header without a media type that can be produced."""
    return ApiError(406, "PGRST107", f"None of these media types are available: {asked}")


def not_embedded(name: str) -> ApiError:
    """Return the error for a parameter of an embed that select does not have."""
    hint = f"Verify that '{name}' is included in the 'select' query parameter."
    return ApiError(400, "PGRST108", f"'{name}' is not an embedded resource in this request", hint=hint)


def not_single(rows: int) -> ApiError:
    """Return the error for a result of this many rows where one was asked for."""
    details = f"The result contains {rows} rows"
    return ApiError(406, "PGRST116", "Cannot coerce the result to a single JSON object", details=details)


def not_the_row_of_the_url() -> ApiError:
    """Return the error for a PUT whose body is another row than the address names."""
    return ApiError(400, "PGRST115", "Payload values do not match URL in primary key column(s)")


def bad_method(method: str) -> ApiError:
    """Return the error for an HTTP method that is not supported."""
    return ApiError(405, "PGRST117", f"Unsupported HTTP method: {method}")


def not_implemented(what: str) -> ApiError:
    """Return the error for what PostgREST has and this subset does not."""
    return ApiError(400, "PGRST127", "Feature not implemented", details=what)


def no_path() -> ApiError:
    """Return the error for a path that is neither a relation's nor a function's."""
    return ApiError(404, "PGRST125", "Invalid path specified in request URL")


def no_aggregates() -> ApiError:
    """Return the error for an aggregate function where the settings do not allow any."""
    return ApiError(400, "PGRST123", "Use of aggregate functions is not allowed")


def no_relationship(
    schema: str, parent: str, child: str, hint: str | None, *, parents: Iterable[str], children: Sequence[str]
) -> ApiError:
    """Return the error for an embed where no foreign key, or none that the hint names, relates the two relations.

    parents: the relations that are related to any; children: those that parent is related to.
    """
    by_hint = f" using the hint '{hint}'" if hint else ""
    known = list(parents)
    if parent not in known:
        meant = nearest(parent, known)
        advice = f"Perhaps you meant '{meant}' instead of '{parent}'." if meant else None
    else:
        meant = None if child in children else nearest(child, children)
        advice = f"Perhaps you meant '{meant}' instead of '{child}'." if meant else None
    return ApiError(
        400,
        "PGRST200",
        f"Could not find a relationship between '{parent}' and '{child}' in the schema cache",
        details=f"Searched for a foreign key relationship between '{parent}' and '{child}'{by_hint}"
        f" in the schema '{schema}', but no matches were found.",
        hint=advice,
    )


def ambiguous_relationship(parent: str, child: str, found: Sequence[dict[str, str]], hints: Sequence[str]) -> ApiError:
    """Return the error for an embed that several foreign keys fit.

    found: what each is, as Relationship.described; hints: what to write instead of the child's name.
    """
    return ApiError(
        300,
        "PGRST201",
        f"Could not embed because more than one relationship was found for '{parent}' and '{child}'",
        details=list(found),
        hint=f"Try changing '{child}' to one of the following: {', '.join(repr(each) for each in hints)}."
        " Find the desired relationship in the 'details' key.",
    )


def no_function(
    schema: str,
    name: str,
    arguments: Sequence[str],
    *,
    unnamed: str | None = None,
    known: Iterable[str] = (),
    overloads: Sequence[Sequence[str]] = (),
) -> ApiError:
    """Return the error for a call whose arguments, given by name, no function takes.

    unnamed: the type of one argument without a name that would have taken the whole body. known: all functions of the
    schema. overloads: the names of the arguments of those that have this name.
    """
    called, given = f"{schema}.{name}", ", ".join(sorted(arguments))
    what = f"{called}({given})" if given else f"{called} without parameters"
    searched = f" with parameter{'s' if len(arguments) > 1 else ''} {given}" if given else " without parameters"
    whole = unnamed in ("text", "xml", "bytea")
    if whole:
        what, searched = called, f" with a single unnamed {unnamed} parameter"
    elif unnamed is not None:
        searched += f" or with a single unnamed {unnamed} parameter"
    hint = None
    if overloads and not whole:
        lists = [f"({', '.join(sorted(each))})" for each in overloads]
        meant = nearest(f"({given})", lists, least=_LEAST_FOR_ARGUMENTS)
        hint = f"Perhaps you meant to call the function {called}{meant}" if meant else None
    elif not whole:
        meant = nearest(name, known, least=_LEAST_FOR_NAMES)
        hint = f"Perhaps you meant to call the function {schema}.{meant}" if meant else None
    return ApiError(
        404,
        "PGRST202",
        f"Could not find the function {what} in the schema cache",
        details=f"Searched for the function {called}{searched}, but no matches were found in the schema cache.",
        hint=hint,
    )


def ambiguous_function(signatures: Sequence[str]) -> ApiError:
    """Return the error for a call whose arguments several functions take. signatures: theirs."""
    return ApiError(
        300,
        "PGRST203",
        f"Could not choose the best candidate function between: {', '.join(signatures)}",
        hint="Try renaming the parameters or the function itself in the database"
        " so function overloading can be resolved",
    )


def no_column_to_write(relation: str, column: str) -> ApiError:
    """Return the error for a key of the body, or a name in columns=, that is not a column."""
    message = f"Could not find the '{column}' column of '{relation}' in the schema cache"
    return ApiError(400, "PGRST204", message)


def no_column(relation: str, column: str) -> ApiError:
    """Return the error for a name in select, order or a filter that is not a column."""
    return ApiError(400, "42703", f"column {relation}.{column} does not exist")


def no_relation(schema: str, name: str, known: Iterable[str]) -> ApiError:
    """Return the error for a path that does not name a table or view. known: those of the schema."""
    meant = nearest(name, known, least=_LEAST_FOR_NAMES)
    hint = f"Perhaps you meant the table '{schema}.{meant}'" if meant else None
    return ApiError(404, "PGRST205", f"Could not find the table '{schema}.{name}' in the schema cache", hint=hint)


def nearest(name: str, known: Iterable[str], *, least: float = _LEAST_FOR_ARGUMENTS) -> str | None:
    """Return the known name that is most like this one, None if none is like it enough: from 0, nothing, to 1."""
    from difflib import get_close_matches

    lower = {each.lower(): each for each in known}
    found = get_close_matches(name.lower(), list(lower), n=1, cutoff=least)
    return lower[found[0]] if found else None


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

"""The errors that a request is refused with: a status and {code, message, details, hint}, as PostgREST has them.

Codes that start with PGRST are PostgREST's own; all others are SQLSTATEs, of the database or of what it would say.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
        """The error as JSON: {code, details, hint, message}, without spaces, as PostgREST writes it."""
        told = {"code": self.code, "details": self.details, "hint": self.hint, "message": self.message}
        # A name that was asked for may be half of a surrogate pair.
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")

    @property
    def challenge(self) -> str | None:
        """The header WWW-Authenticate, None unless the status is 401."""
        if self.status != 401:
            return None
        if self.code in ("PGRST301", "PGRST303"):
            return f'Bearer error="invalid_token", error_description="{self.message}"'
        return "Bearer"


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


def named_twice(parent: str, name: str, depth: int) -> ApiError:
    """Return the error for two embeds of one name, which PostgREST joins under one alias. depth: from 1."""
    return ApiError(400, "42712", f'table name "{parent}_{name}_{depth}" specified more than once')


def no_column_to_write(relation: str, column: str) -> ApiError:
    """Return the error for a key of the body, or a name in columns=, that is not a column."""
    message = f"Could not find the '{column}' column of '{relation}' in the schema cache"
    return ApiError(400, "PGRST204", message)


def no_column(relation: str, column: str) -> ApiError:
    """Return the error for a name in select, order or a filter that is not a column."""
    return ApiError(400, "42703", f"column {relation}.{column} does not exist")

"""What an answer looks like to the client: status, headers, body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from stack.rest.errors import ApiError, out_of_range

if TYPE_CHECKING:
    from starlette.types import Send

    from stack.rest.preferences import Preferences, Shape
    from stack.rest.relations import Relation
    from stack.rest.transaction import Answer


@dataclass(frozen=True)
class Response:
    """An HTTP response. headers: by name, without Content-Length. repeated: more of those that may come twice."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    repeated: tuple[tuple[str, str], ...] = ()

    async def send(self, send: Send, *, body: bool = True) -> None:
        """Send the response over ASGI. body: False for HEAD."""
        given = (*self.headers.items(), *self.repeated)
        headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in given]
        if body and self.status != 204:
            headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body if body else b""})


def of_error(error: ApiError) -> Response:
    """Return the response to a request that is refused."""
    headers = {"content-type": "application/json; charset=utf-8", "proxy-status": f"PostgREST; error={error.code}"}
    headers.update(error.headers)
    if error.challenge:
        headers["www-authenticate"] = error.challenge
    return Response(error.status, error.body, headers)


def of_rows(
    answer: Answer, total: int | None, offset: int, preferences: Preferences, shape: Shape, *confirmed: str
) -> Response:
    """Return the response with rows that were read: 206 if there are more, otherwise 200.

    total: how many there would be without limit and offset, None if nobody asked. confirmed: the preferences that only
    this kind of request confirms. Raises ApiError if offset exceeds it.
    """
    if total is not None and offset > total:
        raise out_of_range(f"An offset of {offset} was requested, but there are only {total} rows.", total=total)
    partial = total is not None and answer.rows < total
    headers = {
        "content-type": shape.content_type,
        "content-range": content_range(offset, answer.rows, total),
        **_applied(preferences, "count", "tx", "handling", "timezone", *confirmed),
    }
    return Response(206 if partial else 200, answer.body, headers)


def of_written(
    status: int,
    answer: Answer,
    preferences: Preferences,
    shape: Shape,
    *,
    updated: bool = False,
    confirmed: tuple[str, ...] = (),
) -> Response:
    """Return the response to a write, with the rows if the preferences ask for them.

    status: without rows; with them, 204 becomes 200. updated: the write tells a range. confirmed: the preferences that
    only this kind of write confirms.
    """
    total = answer.rows if preferences.count else None
    headers = {
        # Only an update tells a range.
        "content-range": content_range(0, answer.rows if updated else 0, total),
        **_applied(preferences, "return", "count", "tx", "handling", "timezone", *confirmed),
    }
    if preferences.returned != "representation":
        return Response(status, b"", headers)
    headers["content-type"] = shape.content_type
    return Response(200 if status == 204 else status, answer.body, headers)


def of_nothing(answer: Answer, total: int | None, preferences: Preferences, *confirmed: str) -> Response:
    """Return the response of a function that returns nothing: 204. confirmed: as in of_rows."""
    headers = {"content-range": content_range(0, answer.rows, total)}
    return Response(204, b"", {**headers, **_applied(preferences, "count", "tx", "handling", "timezone", *confirmed)})


def as_said(found: Response, answer: Answer) -> Response:
    """Return the response with the status and the headers that the database asks for in their place.

    Raises ApiError for a status that is no number, and for headers of another form.
    """
    if answer.status is None and answer.headers is None:
        return found
    status, headers = found.status, dict(found.headers)
    if answer.status is not None:
        digits = re.match(r"\d{3}", answer.status)
        if digits is None:
            raise ApiError(500, "PGRST112", "response.status guc must be a valid status code")
        status = int(digits.group())
    repeated: list[tuple[str, str]] = []
    if answer.headers is not None:
        for name, value in _said_headers(answer.headers):
            if name in headers and name not in found.headers:
                repeated.append((name, value))
            else:
                headers[name] = value
    return replace(found, status=status, headers=headers, repeated=tuple(repeated))


def _said_headers(text: str) -> list[tuple[str, str]]:
    try:
        told = json.loads(text)
        pairs = [next(iter(each.items())) for each in told if len(each) == 1]
        valid = isinstance(told, list) and len(pairs) == len(told) and all(isinstance(value, str) for _, value in pairs)
    except (ValueError, AttributeError, TypeError):
        valid = False
    if not valid:
        message = "response.headers guc must be a JSON array composed of objects with a single key and a string value"
        raise ApiError(500, "PGRST111", message)
    return [(name.lower(), value) for name, value in pairs]


def content_range(first: int, rows: int, total: int | None) -> str:
    """Return the header Content-Range of so many rows from the first on, such as "0-9/183" or "*/*"."""
    shown = f"{first}-{first + rows - 1}" if rows and total != 0 else "*"
    return f"{shown}/{'*' if total is None else total}"


def content_location(relation: str, canonical: str) -> str:
    """Return the header Content-Location of rows that are read. canonical: the parameters, by name."""
    return f"/{relation.encode().decode('latin-1')}{f'?{canonical}' if canonical else ''}"


def location(relation: Relation, answer: Answer) -> str | None:
    """Return the header Location of the one inserted row, None if it was not one."""
    if answer.rows != 1 or not answer.body:
        return None
    (values,) = json.loads(answer.body)
    parts = (
        f"{quote(name)}={'is.null' if value is None else 'eq.' + quote(value, safe='')}"
        for name, value in zip(relation.primary_key, values, strict=True)
    )
    return f"/{quote(relation.name)}?{'&'.join(parts)}"


def _applied(preferences: Preferences, *names: str) -> dict[str, str]:
    applied = preferences.applied(*names)
    return {"preference-applied": applied} if applied else {}

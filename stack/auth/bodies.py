"""The JSON body of a request: read up to a limit, and its members with their types checked. Errors are GoTrue's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from stack.auth.errors import AuthError

if TYPE_CHECKING:
    from starlette.requests import Request

_LARGEST = 1024 * 1024
# As HTML defines a valid address; https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_LONGEST_EMAIL = 255
_PHONE = re.compile(r"[1-9][0-9]{1,14}")


async def read(request: Request, *, empty: bool = False) -> dict[str, Any]:
    """Return the object that is the request's body. Raises AuthError if it is over 1 MiB or not a JSON object.

    empty: take no body at all for an empty object.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise AuthError(413, "request_too_large", f"the body is larger than {_LARGEST} bytes")
    if empty and not body:
        return {}
    try:
        found = json.loads(body)
        # Half of a surrogate pair is JSON, but not text.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise AuthError(400, "bad_json", f"Could not parse request body as JSON: {error}") from None
    if not isinstance(found, dict):
        raise AuthError(400, "bad_json", "Could not parse request body as JSON: it is not an object")
    return found


def text(body: dict[str, Any], name: str) -> str:
    """Return a text member, "" if it is missing or null. Raises AuthError if it has another type."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise AuthError(400, "bad_json", f"Could not parse request body as JSON: '{name}' is not a string")
    return value


def flag(body: dict[str, Any], name: str, *, default: bool = False) -> bool:
    """Return a boolean member, the default if it is missing or null. Raises AuthError if it has another type."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise AuthError(400, "bad_json", f"Could not parse request body as JSON: '{name}' is not a boolean")
    return value


def metadata(body: dict[str, Any], name: str = "data") -> dict[str, Any]:
    """Return a member that is an object, empty if it is missing or null. Raises AuthError if it is of another type."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise AuthError(400, "bad_json", f"Could not parse request body as JSON: '{name}' is not an object")
    return value


def address(given: str) -> str:
    """Return an email address as it is stored, "" for none. Raises AuthError if it cannot be one."""
    email = given.strip().lower()
    if len(email) > _LONGEST_EMAIL:
        raise AuthError(400, "validation_failed", "An email address is too long")
    if email and not _EMAIL.fullmatch(email):
        raise AuthError(400, "validation_failed", "Unable to validate email address: invalid format")
    return email


def phone(given: str) -> str:
    """Return a phone number as it is stored, "" for none. Raises AuthError if it cannot be one (E.164)."""
    number = given.removeprefix("+").replace(" ", "")
    if number and not _PHONE.fullmatch(number):
        raise AuthError(400, "validation_failed", "Invalid phone number format (E.164 required)")
    return number

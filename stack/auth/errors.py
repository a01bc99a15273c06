"""The errors of auth, in GoTrue's two shapes: for clients of API version 2024-01-01, and for older ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.requests import Request

_VERSION_HEADER = "X-Supabase-Api-Version"
_VERSION = "2024-01-01"


class AuthError(Exception):
    """A request that is refused. status: of HTTP. code: what clients go by. more: further members of the answer."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.more = status, code, more


def answer(request: Request, error: AuthError) -> JSONResponse:
    """Return the error in the shape that the client's API version reads.

    A client trusts `code` only if the answer echoes the version 2024-01-01.
    """
    if request.headers.get(_VERSION_HEADER, "") >= _VERSION:
        body = {"code": error.code, "message": str(error), **error.more}
        return JSONResponse(body, error.status, {_VERSION_HEADER: _VERSION})
    return JSONResponse({"code": error.status, "error_code": error.code, "msg": str(error), **error.more}, error.status)

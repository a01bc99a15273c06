"""What Supabase has and the stack has not: an answer in JSON whose message the clients show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

# By the beginning of the path: what the service is called.
_LEFT_OUT = {
    "/storage/v1": "Storage",
    "/functions/v1": "Edge Functions",
    "/graphql/v1": "GraphQL",
    "/pg": "the management API of PostgreSQL",
    "/analytics/v1": "Analytics",
}
_SERVICES = "auth (/auth/v1), rest (/rest/v1) and realtime (/realtime/v1)"


class Elsewhere:
    """The ASGI application of every path that no service of the stack takes, for all methods."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 501 with the service's name, or 404 for a path that nobody knows.

        storage-js shows "message", GraphQL clients show "errors", and functions-js hands the body on.
        """
        path: str = scope["path"]
        name = next((name for prefix, name in _LEFT_OUT.items() if f"{path}/".startswith(f"{prefix}/")), None)
        status, code = (404, "not_found") if name is None else (501, "not_implemented")
        if name is None:
            message = f"no Route matched with those values: this stack has {_SERVICES}"
        else:
            message = f"{name} is not part of this stack, which has {_SERVICES}"
        told = {"statusCode": str(status), "code": code, "error": code, "message": message}
        await JSONResponse({**told, "errors": [{"message": message}]}, status)(scope, receive, send)

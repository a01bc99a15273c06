"""The API's web application: the routes of all services, open to pages of any origin as Supabase's gateway is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from stack.elsewhere import Elsewhere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from stack.service import Service

_CORS = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    allow_headers=["*"],
    expose_headers=["Content-Range", "Content-Profile", "Location", "Preference-Applied", "X-Supabase-Api-Version"],
    max_age=3600,
)


def application(services: Sequence[Service]) -> ASGIApp:
    """Return one ASGI application with the routes of all services and the CORS headers of Supabase's gateway."""
    routes: list[BaseRoute] = [route for service in services for route in service.routes]
    return Starlette(routes=[*routes, Route("/{path:path}", Elsewhere())], middleware=[_CORS])

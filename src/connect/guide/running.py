"""Reads what makes the messaging system run, beside its catalog; see pgproof.machinery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect.guide import asking, callers, settings
from connect.guide.functions import FUNCTIONS
from connect.guide.triggers import KEPT
from pgproof.machinery import reading

if TYPE_CHECKING:
    import psycopg

    from pgproof.catalog import Catalog


def read(connection: psycopg.Connection[Any], catalog: Catalog) -> reading.Machinery:
    """Return the machinery of the tables that are written on the way of a message, in one round trip."""
    return reading.told(ask(connection, catalog))


def ask(connection: psycopg.Connection[Any], catalog: Catalog) -> psycopg.RawCursor[Any]:
    """Ask what read() does, and return at once within connection.pipeline(); reading.told() returns the machinery."""
    # Whoever asks who is signed in calls it, in whatever way.
    identity = "auth.uid"
    bodies = [catalog.get("function", function.identity).get("body") or "" for function in FUNCTIONS.values()]
    tables = [f"public.{table}" for table in KEPT]
    return reading.ask(
        connection,
        tables,
        [*bodies, *asking.texts(catalog), identity],
        callers.ROLES,
        (*settings.SETTINGS, "search_path"),
    )

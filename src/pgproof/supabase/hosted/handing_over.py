"""What a hosted project's owner may do although PostgreSQL leaves it to superusers: supautils does it for them there.

Most of it needs nothing at run time: extensions are trusted here, parameters are granted, and 9_supautils.sql lets
postgres into a policy's or a trigger's table for one statement. Event triggers and publications of all tables are
handed to a function of the superuser. Source: github.com/supabase/supautils, README.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from pgproof.scripts import database_name

if TYPE_CHECKING:
    import psycopg

    from pgproof.scripts.script import Statement

_CREATE = "SELECT to_regprocedure('extensions.supautils_create(text)') IS NOT NULL"
# Their stand-ins have no parameters.
_STAND_IN_INDEXES = ("hnsw", "ivfflat")


def as_run(connection: psycopg.Connection[Any], statement: Statement) -> bytes:
    """Return what to send for a statement: its own text, unless it needs help or means its database by a name."""
    if _needs_a_superuser(statement.node) and _has_help(connection):
        return (
            sql.SQL("SELECT extensions.supautils_create({})")
            .format(sql.Literal(statement.text.rstrip().rstrip(";")))
            .as_bytes(connection)
        )
    renamed = database_name.replaced(connection, statement)
    if renamed is not None:
        return renamed.encode()
    if statement.kind == "IndexStmt" and statement.node.accessMethod in _STAND_IN_INDEXES and statement.node.options:
        return _without_parameters(connection, statement)
    return statement.text.encode()


def _needs_a_superuser(node: Any) -> bool:
    """Return whether only a superuser may run this (PostgreSQL's CREATE EVENT TRIGGER and CREATE PUBLICATION)."""
    kind = type(node).__name__
    if kind == "CreatePublicationStmt":
        whole_schemas = any(each.pubobjtype.name != "PUBLICATIONOBJ_TABLE" for each in node.pubobjects or ())
        return bool(node.for_all_tables) or whole_schemas
    return kind == "CreateEventTrigStmt"


def _has_help(connection: psycopg.Connection[Any]) -> bool:
    if connection.info.parameter_status("is_superuser") != "off" or connection.info.transaction_status == _FAILED:
        return False
    return connection.execute(_CREATE).fetchone() == (True,)


_FAILED = 3


def _without_parameters(connection: psycopg.Connection[Any], statement: Statement) -> bytes:
    """Return CREATE INDEX without its WITH clause where the access method is a stand-in."""
    from pglast.stream import RawStream

    query = (
        "SELECT EXISTS (SELECT FROM pg_extension e JOIN pg_available_extensions a ON a.name = e.extname"
        " WHERE e.extname = 'vector' AND a.comment LIKE 'stand-in%')"
    )
    if connection.info.transaction_status == _FAILED or connection.execute(query).fetchone() != (True,):
        return statement.text.encode()
    options, statement.node.options = statement.node.options, None
    try:
        return str(RawStream()(statement.node)).encode()
    finally:
        statement.node.options = options

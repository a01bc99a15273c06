"""Statements for publications and what they publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements.aligned import identifier

if TYPE_CHECKING:
    from pgproof.catalog.statements.aligned import Aligned, Statements

_OPERATIONS = ("insert", "update", "delete", "truncate")
_GENERATED = {None: "none", "s": "stored"}


def create(publication: Aligned) -> Statements:
    """Return the statements that create a publication; its tables are added one by one."""
    should = publication.should
    tables = " FOR ALL TABLES" if should["all tables"] else ""
    made = f"CREATE PUBLICATION {publication.identity}{tables} WITH ({_publish(publication)}, {_via_root(publication)})"
    return [made, *publication.owner(), *publication.comment_if_any()]


def _publish(publication: Aligned) -> str:
    return f"publish = '{', '.join(each for each in _OPERATIONS if publication.should[each])}'"


def _via_root(publication: Aligned) -> str:
    return f"publish_via_partition_root = {str(publication.should['via root']).lower()}"


def change(publication: Aligned, attribute: str) -> Statements:
    """Return the statement that gives a publication one attribute."""
    if attribute in ("owner", "comment"):
        return publication.owner() if attribute == "owner" else publication.comment()
    how = {
        **dict.fromkeys(_OPERATIONS, _publish(publication)),
        "via root": _via_root(publication),
        "generated columns": f"publish_generated_columns = {_GENERATED.get(publication.should['generated columns'])}",
    }.get(attribute)
    return None if how is None else [f"ALTER PUBLICATION {publication.identity} SET ({how})"]


def _name(published: Aligned) -> str:
    """Return the publication of a published table or schema."""
    if published.kind == "published schema":
        return published.on
    return published.identity.removesuffix(f" {published.on}")


def _is_gone(published: Aligned) -> bool:
    return ("publication", _name(published)) not in published.wanted.objects


def create_published(table: Aligned) -> Statements:
    """Return the statement that publishes a table."""
    should = table.should
    columns = f" ({', '.join(identifier(each) for each in should['columns'])})" if should["column list"] else ""
    rows = f" WHERE ({should['rows']})" if should["rows"] else ""
    return [f"ALTER PUBLICATION {_name(table)} ADD TABLE {table.on}{columns}{rows}"]


def drop_published(table: Aligned) -> Statements:
    """Return the statement that no longer publishes a table; it goes with its publication."""
    if _is_gone(table):
        return [f"DROP PUBLICATION {_name(table)}"]
    return [f"ALTER PUBLICATION {_name(table)} DROP TABLE {table.on}"]


def change_published(table: Aligned, _: str) -> Statements:
    """Return the statements that publish other columns or rows of a table."""
    return [*(drop_published(table) or []), *(create_published(table) or [])]


def create_published_schema(schema: Aligned) -> Statements:
    """Return the statement that publishes all tables of a schema."""
    return [f"ALTER PUBLICATION {_name(schema)} ADD TABLES IN SCHEMA {_schema(schema)}"]


def drop_published_schema(schema: Aligned) -> Statements:
    """Return the statement that no longer publishes all tables of a schema."""
    return [f"ALTER PUBLICATION {_name(schema)} DROP TABLES IN SCHEMA {_schema(schema)}"]


def _schema(schema: Aligned) -> str:
    return schema.identity.removeprefix(f"{schema.on} ")

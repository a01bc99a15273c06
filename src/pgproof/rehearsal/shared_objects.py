"""What all databases of a server share: roles with their attributes, passwords, settings, memberships and comments.

A copy of a database does not bring these along, and no rollback of another database undoes them. So they are read from
the shared catalogs (pg_authid, pg_auth_members, pg_db_role_setting, pg_parameter_acl, pg_shdescription, pg_shseclabel,
pg_shdepend) and put back row by row, with the same oids: on a private server, where nobody else is at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    import psycopg

# In the order in which rows can be put back: an access list names roles. What belongs to one database is its own.
_SCOPES = {
    "pg_authid": "true",
    "pg_auth_members": "true",
    "pg_db_role_setting": "setdatabase = 0",
    "pg_parameter_acl": "true",
    "pg_shdescription": "classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass",
    "pg_shseclabel": "classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass",
    "pg_shdepend": "dbid = 0 AND classid <> 'pg_catalog.pg_database'::pg_catalog.regclass",
}
_READ = sql.SQL(" UNION ALL ").join(
    sql.SQL("SELECT {name}, t::text FROM pg_catalog.{catalog} t WHERE " + scope).format(
        name=name, catalog=sql.Identifier(name)
    )
    for name, scope in _SCOPES.items()
)
# What CREATE DATABASE leaves out when it copies a template: its owner, access list, comment and settings.
_AS_TEMPLATE = """
UPDATE pg_catalog.pg_database d SET datdba = t.datdba, datacl = t.datacl, datconnlimit = t.datconnlimit
FROM pg_catalog.pg_database t WHERE d.datname = {copy} AND t.datname = {template}
  AND (d.datdba, d.datacl, d.datconnlimit) IS DISTINCT FROM (t.datdba, t.datacl, t.datconnlimit);
INSERT INTO pg_catalog.pg_db_role_setting
SELECT d.oid, s.setrole, s.setconfig
FROM pg_catalog.pg_database d, pg_catalog.pg_database t JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = t.oid
WHERE d.datname = {copy} AND t.datname = {template};
INSERT INTO pg_catalog.pg_shdescription
SELECT d.oid, s.classoid, s.description
FROM pg_catalog.pg_database d, pg_catalog.pg_database t JOIN pg_catalog.pg_shdescription s
  ON s.objoid = t.oid AND s.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
WHERE d.datname = {copy} AND t.datname = {template};
DELETE FROM pg_catalog.pg_shdepend s USING pg_catalog.pg_database d
WHERE d.datname = {copy} AND s.dbid = 0 AND s.objid = d.oid
  AND s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass;
INSERT INTO pg_catalog.pg_shdepend
SELECT s.dbid, s.classid, d.oid, s.objsubid, s.refclassid, s.refobjid, s.deptype
FROM pg_catalog.pg_database d, pg_catalog.pg_database t JOIN pg_catalog.pg_shdepend s
  ON s.dbid = 0 AND s.objid = t.oid AND s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass
WHERE d.datname = {copy} AND t.datname = {template}
"""

# No DROP ROLE looks for what depends on a role under this class.
_HIDDEN = 1
_SHOW = """
UPDATE pg_catalog.pg_shdepend SET refclassid = {now}
WHERE refclassid = {before} AND dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = {name})
"""

Shared = frozenset[tuple[str, str]]


def read(connection: psycopg.Connection[Any]) -> Shared:
    """Return the rows of the shared catalogs, each with the catalog that it is in. connection: of a superuser."""
    return frozenset(connection.execute(_READ).fetchall())


def put_back(connection: psycopg.Connection[Any], wanted: Shared) -> None:
    """Make the shared catalogs hold these rows again. connection: of a superuser, autocommit."""
    now = read(connection)
    if now == wanted:
        return
    with connection.transaction():
        for catalog, scope in reversed(_SCOPES.items()):
            extra = [row for name, row in now - wanted if name == catalog]
            if extra:
                query = sql.SQL("DELETE FROM pg_catalog.{} t WHERE " + scope + " AND t::text = ANY (%s)")
                connection.execute(query.format(sql.Identifier(catalog)), [extra])
        for catalog in _SCOPES:
            for row in sorted(row for name, row in wanted - now if name == catalog):
                insert = sql.SQL("INSERT INTO pg_catalog.{0} SELECT (%s::pg_catalog.{0}).*").format(
                    sql.Identifier(catalog)
                )
                connection.execute(insert, [row])


def as_template(connection: psycopg.Connection[Any], copy: str, template: str) -> None:
    """Give a copy of a database what CREATE DATABASE leaves out. copy, template: their names."""
    names = {"copy": sql.Literal(copy), "template": sql.Literal(template)}
    connection.execute(sql.SQL(_AS_TEMPLATE).format(**names))


def show(connection: psycopg.Connection[Any], name: str, *, shown: bool) -> None:
    """Make what one database grants to roles count when a role is dropped, or not: there, each copy has its own role.

    name: of the database.
    """
    known = sql.SQL("'pg_catalog.pg_authid'::pg_catalog.regclass"), sql.Literal(_HIDDEN)
    before, now = reversed(known) if shown else known
    connection.execute(sql.SQL(_SHOW).format(before=before, now=now, name=sql.Literal(name)))

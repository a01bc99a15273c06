-- The statements that make the roles that a database names, one a row, in an order that works. Roles that every server
-- has are left out, and so are passwords and settings.
WITH own AS (
  SELECT * FROM pg_roles WHERE left(rolname, 3) <> 'pg_'
),
statements (rank, statement) AS (
  SELECT 1, concat_ws(' ', 'CREATE ROLE', quote_ident(rolname),
    CASE WHEN rolsuper THEN 'SUPERUSER' END,
    CASE WHEN NOT rolinherit THEN 'NOINHERIT' END,
    CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
    CASE WHEN rolcreatedb THEN 'CREATEDB' END,
    CASE WHEN rolcanlogin THEN 'LOGIN' END,
    CASE WHEN rolreplication THEN 'REPLICATION' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' END)
  FROM own
  UNION ALL
  SELECT 2, format('GRANT %I TO %I%s', given.rolname, own.rolname,
    CASE WHEN bool_or(m.admin_option) THEN ' WITH ADMIN OPTION' END)
  FROM pg_auth_members m
  JOIN pg_roles given ON given.oid = m.roleid
  JOIN own ON own.oid = m.member
  GROUP BY given.rolname, own.rolname
)
SELECT statement FROM statements ORDER BY rank, statement

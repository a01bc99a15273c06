-- What a live run must know before it asks anything else. One row: server version number, role, database, whether the
-- transaction is read-only, what the role could write if it tried, which of the given tables are missing, and which
-- the role cannot read.
-- $1: the tables, each with its schema. $2: the schemas whose functions belong to the project; none means every schema
-- but the system's.
-- Every role that this one may become counts, since SET ROLE is one statement away.
WITH
roles AS (
  -- Also the role that logged in, if the connection began as another one: RESET ROLE is one statement away as well.
  SELECT r.* FROM pg_roles r
  WHERE pg_has_role(current_user, r.oid, 'MEMBER') OR pg_has_role(session_user, r.oid, 'MEMBER')
),
schemas AS (
  SELECT n.* FROM pg_namespace n WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
),
powers (rank, power) AS (
  SELECT 0, 'is superuser' FROM roles WHERE rolsuper
  UNION ALL
  SELECT 1, 'can create roles' FROM roles WHERE rolcreaterole
  UNION ALL
  SELECT 1, 'can create databases' FROM roles WHERE rolcreatedb
  UNION ALL
  SELECT 1, 'can replicate' FROM roles WHERE rolreplication
  UNION ALL
  SELECT 1, 'is member of ' || rolname FROM roles
    WHERE rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend',
                      'pg_maintain', 'pg_checkpoint', 'pg_create_subscription')
      AND NOT EXISTS (SELECT FROM roles WHERE rolsuper)
  UNION ALL
  SELECT 1, 'owns objects in this database' FROM pg_shdepend d
    JOIN roles r ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
    WHERE d.deptype = 'o' AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL
  SELECT 1, lower(x.privilege_type) || ' parameter ' || p.parname
    FROM pg_parameter_acl p, aclexplode(p.paracl) x
    WHERE x.grantee = 0 OR x.grantee IN (SELECT oid FROM roles)
  UNION ALL
  SELECT 2, 'create schemas in the database' FROM roles r
    WHERE has_database_privilege(r.oid, current_database(), 'CREATE')
  UNION ALL
  SELECT 2, 'create objects in schema ' || s.nspname FROM roles r, schemas s
    WHERE has_schema_privilege(r.oid, s.oid, 'CREATE')
  UNION ALL
  SELECT 3, lower(p.name) || ' on ' || s.nspname || '.' || c.relname
    FROM roles r, schemas s
    JOIN pg_class c ON c.relnamespace = s.oid AND c.relkind IN ('r', 'p', 'v', 'f'),
      (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER'), ('MAINTAIN')) AS p (name)
    WHERE has_schema_privilege(r.oid, s.oid, 'USAGE')
      AND CASE
            WHEN p.name IN ('INSERT', 'UPDATE') THEN has_any_column_privilege(r.oid, c.oid, p.name)
            -- PostgreSQL 16 and older do not know MAINTAIN.
            WHEN p.name = 'MAINTAIN' AND current_setting('server_version_num')::int < 170000 THEN false
            ELSE has_table_privilege(r.oid, c.oid, p.name)
          END
  UNION ALL
  -- A SECURITY DEFINER function writes with its owner's rights. Those in the platform's own schemas do not count.
  SELECT 4, 'call ' || p.oid::regprocedure || ', which has its owner''s rights (revoke EXECUTE from PUBLIC)'
    FROM roles r, schemas s
    JOIN pg_proc p ON p.pronamespace = s.oid
    WHERE p.prosecdef AND p.provolatile = 'v' AND (s.nspname = ANY ($2::text[]) OR cardinality($2::text[]) = 0)
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND has_schema_privilege(r.oid, s.oid, 'USAGE') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
  UNION ALL
  SELECT 3, 'advance sequence ' || s.nspname || '.' || c.relname
    FROM roles r, schemas s
    JOIN pg_class c ON c.relnamespace = s.oid AND c.relkind = 'S'
    WHERE has_schema_privilege(r.oid, s.oid, 'USAGE')
      AND has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE')
),
tables (name) AS (
  SELECT unnest($1::text[])
)
SELECT
  current_setting('server_version_num')::int,
  session_user::text,
  current_database()::text,
  current_setting('transaction_read_only')::boolean,
  ARRAY(SELECT power FROM powers GROUP BY power ORDER BY min(rank), power),
  ARRAY(SELECT name FROM tables WHERE to_regclass(name) IS NULL ORDER BY name),
  ARRAY(
    SELECT name FROM tables
    WHERE to_regclass(name) IS NOT NULL
      AND NOT (has_schema_privilege(split_part(name, '.', 1), 'USAGE')
               AND has_table_privilege(to_regclass(name), 'SELECT'))
    ORDER BY name)

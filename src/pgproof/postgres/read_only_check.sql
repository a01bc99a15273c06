-- What a live run must know before it asks anything else. One row: server version number, role, database, whether the
-- transaction is read-only, what the role could write if it tried, which of the given tables are missing, which the
-- role cannot read; and what is advice: functions that could write with their owner's rights, what extensions let
-- everybody write, and whether row-level security holds for the role.
-- $1: the tables, each with its schema. $2: the schemas whose functions belong to the project; none means every schema
-- but the system's.
-- Every role that this one may become counts, since SET ROLE is one statement away.
WITH
roles AS (
  -- Also the role that logged in, if the connection began as another one: RESET ROLE is one statement away as well.
  SELECT r.* FROM pg_roles r
  WHERE pg_has_role(current_user, r.oid, 'MEMBER') OR pg_has_role(session_user, r.oid, 'MEMBER')
),
-- To a superuser everything is open; listing it all would say nothing more.
ordinary AS (
  SELECT * FROM roles WHERE NOT EXISTS (SELECT FROM roles WHERE rolsuper)
),
schemas AS (
  SELECT n.* FROM pg_namespace n WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
),
-- By extension: whether it belongs to one. By everybody: whether PUBLIC has the privilege as well.
writable (relation, privilege, by_extension, by_everybody) AS (
  SELECT DISTINCT s.nspname || '.' || c.relname, p.name,
    EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'),
    CASE p.kind
      WHEN 'column' THEN has_any_column_privilege('public', c.oid, p.name)
      WHEN 'table' THEN has_table_privilege('public', c.oid, p.name)
      ELSE has_sequence_privilege('public', c.oid, p.name)
    END
  FROM ordinary r, schemas s
  JOIN pg_class c ON c.relnamespace = s.oid AND c.relkind IN ('r', 'p', 'v', 'f', 'S'),
    (VALUES ('INSERT', 'column'), ('UPDATE', 'column'), ('DELETE', 'table'), ('TRUNCATE', 'table'),
            ('TRIGGER', 'table'), ('MAINTAIN', 'table'), ('USAGE', 'sequence'), ('UPDATE', 'sequence')) AS p (name, kind)
  WHERE has_schema_privilege(r.oid, s.oid, 'USAGE')
    AND (c.relkind = 'S') = (p.kind = 'sequence')
    AND CASE
          WHEN p.kind = 'sequence' THEN has_sequence_privilege(r.oid, c.oid, p.name)
          WHEN p.kind = 'column' THEN has_any_column_privilege(r.oid, c.oid, p.name)
          -- PostgreSQL 16 and older do not know MAINTAIN.
          WHEN p.name = 'MAINTAIN' AND current_setting('server_version_num')::int < 170000 THEN false
          ELSE has_table_privilege(r.oid, c.oid, p.name)
        END
),
powers (rank, power) AS (
  SELECT 0, 'is superuser' FROM roles WHERE rolsuper
  UNION ALL
  SELECT 1, 'can create roles' FROM ordinary WHERE rolcreaterole
  UNION ALL
  SELECT 1, 'can create databases' FROM ordinary WHERE rolcreatedb
  UNION ALL
  SELECT 1, 'can replicate' FROM ordinary WHERE rolreplication
  UNION ALL
  SELECT 1, 'is member of ' || rolname FROM ordinary
    WHERE rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend',
                      'pg_maintain', 'pg_checkpoint', 'pg_create_subscription')
  UNION ALL
  SELECT 1, 'owns objects in this database, such as ' ||
      (array_agg(pg_describe_object(d.classid, d.objid, d.objsubid) ORDER BY d.classid <> 'pg_class'::regclass, d.objid))[1]
    FROM pg_shdepend d
    JOIN ordinary r ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
    WHERE d.deptype = 'o' AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY r.oid
  UNION ALL
  SELECT 1, lower(x.privilege_type) || ' parameter ' || p.parname
    FROM pg_parameter_acl p, aclexplode(p.paracl) x
    WHERE x.grantee = 0 OR x.grantee IN (SELECT oid FROM ordinary)
  UNION ALL
  SELECT 2, 'create schemas in the database' FROM ordinary r
    WHERE has_database_privilege(r.oid, current_database(), 'CREATE')
  UNION ALL
  SELECT 2, 'create objects in schema ' || s.nspname FROM ordinary r, schemas s
    WHERE has_schema_privilege(r.oid, s.oid, 'CREATE')
  UNION ALL
  SELECT 3, string_agg(lower(privilege), ', ' ORDER BY privilege) || ' on ' || relation
    FROM writable
    -- What an extension grants to everybody only its owner can revoke, which on a hosted server is not the project's.
    WHERE NOT (by_extension AND by_everybody)
    GROUP BY relation
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
    ORDER BY name),
  ARRAY(
    SELECT DISTINCT p.oid::regprocedure::text
    FROM ordinary r, schemas s
    JOIN pg_proc p ON p.pronamespace = s.oid
    WHERE p.prosecdef AND p.provolatile = 'v' AND (s.nspname = ANY ($2::text[]) OR cardinality($2::text[]) = 0)
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND has_schema_privilege(r.oid, s.oid, 'USAGE') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
    ORDER BY 1),
  ARRAY(
    SELECT string_agg(lower(privilege), ', ' ORDER BY privilege) || ' on ' || relation
    FROM writable WHERE by_extension AND by_everybody GROUP BY relation ORDER BY relation),
  NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)

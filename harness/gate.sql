-- What a live run must know before it asks anything else. One row: server version number, role, database, whether
-- the transaction is read-only, what the role could write if it tried, which messaging tables are missing or closed.
-- Every role that this one may become counts, since SET ROLE is one statement away.
WITH
roles AS (
  SELECT r.* FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')
),
schemas AS (
  SELECT n.* FROM pg_namespace n WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
),
powers (rank, power) AS (
  SELECT 1, 'is superuser' FROM roles WHERE rolsuper
  UNION ALL
  SELECT 1, 'can create roles' FROM roles WHERE rolcreaterole
  UNION ALL
  SELECT 1, 'can create databases' FROM roles WHERE rolcreatedb
  UNION ALL
  SELECT 1, 'can replicate' FROM roles WHERE rolreplication
  UNION ALL
  SELECT 1, 'is member of ' || rolname FROM roles
    WHERE rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend',
                      'pg_maintain', 'pg_checkpoint')
      AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
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
      (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (name)
    WHERE has_schema_privilege(r.oid, s.oid, 'USAGE')
      AND CASE WHEN p.name IN ('INSERT', 'UPDATE')
            THEN has_any_column_privilege(r.oid, c.oid, p.name)
            ELSE has_table_privilege(r.oid, c.oid, p.name)
          END
  UNION ALL
  SELECT 3, 'advance sequence ' || s.nspname || '.' || c.relname
    FROM roles r, schemas s
    JOIN pg_class c ON c.relnamespace = s.oid AND c.relkind = 'S'
    WHERE has_schema_privilege(r.oid, s.oid, 'USAGE')
      AND has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE')
),
tables (name) AS (
  VALUES ('attachments'), ('chat_messages'), ('chat_participants'), ('chats'), ('message_reactions')
)
SELECT
  current_setting('server_version_num')::int,
  current_user::text,
  current_database()::text,
  current_setting('transaction_read_only')::boolean,
  ARRAY(SELECT power FROM powers GROUP BY power ORDER BY min(rank), power),
  ARRAY(SELECT 'public.' || name FROM tables WHERE to_regclass('public.' || name) IS NULL ORDER BY name),
  ARRAY(
    SELECT 'public.' || name FROM tables
    WHERE to_regclass('public.' || name) IS NOT NULL
      AND NOT (has_schema_privilege('public', 'USAGE')
               AND has_table_privilege(to_regclass('public.' || name), 'SELECT'))
    ORDER BY name)

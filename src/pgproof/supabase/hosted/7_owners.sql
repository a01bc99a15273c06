-- Each service owns what it keeps; all its tables have row-level security.
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT c.oid::regclass AS name, c.relkind, o.owner
    FROM (VALUES ('auth', 'supabase_auth_admin'), ('storage', 'supabase_storage_admin'),
      ('realtime', 'supabase_realtime_admin'), ('supabase_functions', 'supabase_functions_admin')) o (schema, owner)
    JOIN pg_class c ON c.relnamespace = o.schema::regnamespace AND c.relkind IN ('r', 'p')
    ORDER BY c.oid
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO %I', one.name, one.owner);
    IF one.name::text !~ '^(supabase_functions|realtime)\.' OR one.name = 'realtime.messages'::regclass THEN
      EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', one.name);
    END IF;
  END LOOP;
  FOR one IN
    SELECT p.oid::regprocedure AS name, o.owner
    FROM (VALUES ('auth', 'supabase_auth_admin'), ('storage', 'supabase_storage_admin'),
      ('supabase_functions', 'supabase_functions_admin')) o (schema, owner)
    JOIN pg_proc p ON p.pronamespace = o.schema::regnamespace
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO %I', one.name, one.owner);
  END LOOP;
  FOR one IN
    SELECT t.oid::regtype AS name, o.owner
    FROM (VALUES ('auth', 'supabase_auth_admin'), ('storage', 'supabase_storage_admin')) o (schema, owner)
    JOIN pg_type t ON t.typnamespace = o.schema::regnamespace AND t.typtype = 'e'
  LOOP
    EXECUTE format('ALTER TYPE %s OWNER TO %I', one.name, one.owner);
  END LOOP;
END
$$;
ALTER FUNCTION realtime.topic() OWNER TO supabase_realtime_admin;
ALTER TABLE auth.schema_migrations DISABLE ROW LEVEL SECURITY;

-- Schema public belongs to the database's owner. What is created in it later is granted to none of the API's roles: so
-- it is in every project since 30 October 2026 (supabase.com/changelog, 28 April 2026).
GRANT USAGE, CREATE ON SCHEMA public TO postgres;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;

CREATE PUBLICATION supabase_realtime;
ALTER PUBLICATION supabase_realtime OWNER TO postgres;
CREATE PUBLICATION supabase_realtime_messages_publication FOR TABLE realtime.messages;

-- What the other services keep in a project's database: the schemas of webhooks, the command line, GraphQL, the pooler.
CREATE SCHEMA supabase_functions AUTHORIZATION supabase_admin;
GRANT USAGE ON SCHEMA supabase_functions TO postgres, anon, authenticated, service_role;
GRANT ALL ON SCHEMA supabase_functions TO supabase_functions_admin;
CREATE TABLE supabase_functions.migrations (version text PRIMARY KEY, inserted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE supabase_functions.hooks (
  id bigserial PRIMARY KEY,
  hook_table_id integer NOT NULL,
  hook_name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  request_id bigint
);

-- The trigger of a webhook. Nothing is sent from here; what would be, is checked.
CREATE FUNCTION supabase_functions.http_request() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = supabase_functions
  AS $$
DECLARE
  url text := nullif(TG_ARGV[0], 'null');
  method text := nullif(TG_ARGV[1], 'null');
BEGIN
  IF url IS NULL THEN
    RAISE EXCEPTION 'url argument is missing';
  END IF;
  IF method IS NULL OR method NOT IN ('GET', 'POST') THEN
    RAISE EXCEPTION 'method argument % is invalid', coalesce(method, 'null');
  END IF;
  INSERT INTO supabase_functions.hooks (hook_table_id, hook_name, request_id) VALUES (TG_RELID::bigint, TG_NAME, 0);
  RETURN coalesce(NEW, OLD);
END
$$;
REVOKE ALL ON FUNCTION supabase_functions.http_request() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION supabase_functions.http_request() TO postgres, anon, authenticated, service_role;
GRANT ALL ON ALL TABLES IN SCHEMA supabase_functions TO postgres, anon, authenticated, service_role;
GRANT ALL ON ALL SEQUENCES IN SCHEMA supabase_functions TO postgres, anon, authenticated, service_role;

CREATE SCHEMA supabase_migrations AUTHORIZATION postgres;
CREATE TABLE supabase_migrations.schema_migrations (
  version text PRIMARY KEY,
  statements text[],
  name text,
  created_by text,
  idempotency_key text UNIQUE,
  rollback text[]
);
CREATE TABLE supabase_migrations.seed_files (path text PRIMARY KEY, hash text NOT NULL);
ALTER TABLE supabase_migrations.schema_migrations OWNER TO postgres;
ALTER TABLE supabase_migrations.seed_files OWNER TO postgres;

GRANT USAGE ON SCHEMA graphql, graphql_public TO postgres, anon, authenticated, service_role;
CREATE SEQUENCE graphql.seq_schema_version;
GRANT USAGE ON graphql.seq_schema_version TO postgres, anon, authenticated, service_role;
CREATE FUNCTION graphql_public.graphql(
  "operationName" text DEFAULT NULL, query text DEFAULT NULL, variables jsonb DEFAULT NULL, extensions jsonb DEFAULT NULL
) RETURNS jsonb
  LANGUAGE sql
  AS $$
    SELECT jsonb_build_object('errors', jsonb_build_array(jsonb_build_object(
      'message', 'pg_graphql extension is not enabled.')))
  $$;
GRANT EXECUTE ON FUNCTION graphql_public.graphql(text, text, jsonb, jsonb)
  TO postgres, anon, authenticated, service_role;

CREATE SCHEMA pgbouncer AUTHORIZATION pgbouncer;
CREATE FUNCTION pgbouncer.get_auth(p_usename text) RETURNS TABLE (username text, password text)
  LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT rolname::text, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword::text END
    FROM pg_authid WHERE rolname = p_usename AND rolcanlogin
  $$;
REVOKE ALL ON FUNCTION pgbouncer.get_auth(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgbouncer.get_auth(text) TO pgbouncer;

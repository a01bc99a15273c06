-- The roles of a hosted project, run by its superuser supabase_admin. The project's owner is postgres: no superuser, and
-- not the owner of what the platform's own services keep.
-- Source: github.com/supabase/postgres, migrations/db; supabase.com/docs/guides/database/postgres/roles.

CREATE ROLE anon NOLOGIN NOINHERIT;
CREATE ROLE authenticated NOLOGIN NOINHERIT;
CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
CREATE ROLE authenticator LOGIN NOINHERIT;
CREATE ROLE postgres LOGIN NOSUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS;
CREATE ROLE dashboard_user NOLOGIN CREATEDB CREATEROLE REPLICATION;
CREATE ROLE pgbouncer LOGIN;
CREATE ROLE supabase_auth_admin LOGIN NOINHERIT CREATEROLE;
CREATE ROLE supabase_storage_admin LOGIN NOINHERIT CREATEROLE;
CREATE ROLE supabase_functions_admin LOGIN NOINHERIT CREATEROLE;
CREATE ROLE supabase_realtime_admin NOLOGIN NOINHERIT;
CREATE ROLE supabase_replication_admin LOGIN REPLICATION;
CREATE ROLE supabase_read_only_user LOGIN BYPASSRLS;
CREATE ROLE supabase_etl_admin LOGIN REPLICATION;

GRANT anon, authenticated, service_role TO authenticator;
GRANT authenticator TO supabase_storage_admin;
GRANT pg_read_all_data TO supabase_read_only_user, supabase_etl_admin;
GRANT pg_monitor TO supabase_read_only_user;
-- With the admin option, postgres may set their timeouts and the API's own settings, as supautils.reserved_roles allows.
GRANT anon, authenticated, service_role, authenticator TO postgres WITH ADMIN OPTION;
GRANT pg_monitor, pg_read_all_data, pg_signal_backend TO postgres WITH ADMIN OPTION;

ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
ALTER ROLE authenticator SET lock_timeout = '8s';
-- Of every session but those that read the state of things, which name each schema.
ALTER ROLE ALL SET search_path = "$user", public, extensions;
ALTER ROLE supabase_admin SET search_path = "$user", public;
ALTER ROLE supabase_auth_admin SET search_path = auth;
ALTER ROLE supabase_auth_admin SET idle_in_transaction_session_timeout = '60000';
ALTER ROLE supabase_storage_admin SET search_path = storage;

-- What supautils.privileged_role_allowed_configs lets postgres set.
DO $$
DECLARE
  parameter text;
BEGIN
  FOREACH parameter IN ARRAY ARRAY[
    'auto_explain.log_min_duration', 'auto_explain.log_nested_statements', 'log_lock_waits', 'log_min_messages',
    'pg_net.batch_size', 'pg_net.ttl', 'pgaudit.log', 'pgaudit.log_catalog', 'pgaudit.log_client', 'pgaudit.log_level',
    'pgaudit.log_relation', 'pgaudit.log_rows', 'pgaudit.log_statement', 'pgaudit.log_statement_once', 'pgaudit.role',
    'pgrst.db_schemas', 'pgrst.db_schema', 'pgrst.db_extra_search_path', 'pgrst.db_max_rows', 'pgrst.db_pre_request',
    'pgrst.db_anon_role', 'pgrst.db_aggregates_enabled', 'pgrst.db_plan_enabled', 'pgrst.db_tx_end',
    'pgrst.db_root_spec', 'pgrst.db_use_legacy_gucs', 'pgrst.openapi_mode', 'pgrst.openapi_security_active',
    'pgrst.openapi_server_proxy_uri', 'pgrst.server_timing_enabled', 'pgrst.server_trace_header',
    'pgrst.jwt_role_claim_key', 'pgrst.jwt_aud', 'pgrst.jwt_cache_max_lifetime', 'pgrst.log_level', 'pgrst.app_settings',
    'plan_filter.statement_cost_limit', 'plan_filter.limit_select_only', 'plan_filter.module_loaded',
    'safeupdate.enabled', 'session_replication_role', 'track_io_timing'
  ] LOOP
    EXECUTE format('GRANT SET ON PARAMETER %s TO postgres', parameter);
  END LOOP;
END
$$;

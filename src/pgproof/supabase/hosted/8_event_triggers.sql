-- The event triggers of a hosted project: those that tell PostgREST and hand out an extension's functions are there, too
-- (github.com/supabase/postgres, migrations/schema.sql).
CREATE FUNCTION extensions.pgrst_ddl_watch() RETURNS event_trigger
  LANGUAGE plpgsql
  AS $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() c
    WHERE c.schema_name IS DISTINCT FROM 'pg_temp'
      AND c.command_tag ~ '^(CREATE|ALTER|COMMENT|GRANT|REVOKE|REFRESH|SELECT INTO)'
  ) THEN
    NOTIFY pgrst, 'reload schema';
  END IF;
END
$$;
CREATE FUNCTION extensions.pgrst_drop_watch() RETURNS event_trigger
  LANGUAGE plpgsql
  AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE NOT is_temporary) THEN
    NOTIFY pgrst, 'reload schema';
  END IF;
END
$$;
CREATE FUNCTION extensions.grant_pg_cron_access() RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_event_trigger_ddl_commands() c JOIN pg_catalog.pg_extension e ON e.oid = c.objid AND e.extname = 'pg_cron'
  ) THEN
    GRANT USAGE ON SCHEMA cron TO postgres WITH GRANT OPTION;
    GRANT ALL ON ALL FUNCTIONS IN SCHEMA cron TO postgres WITH GRANT OPTION;
    GRANT ALL ON ALL TABLES IN SCHEMA cron TO postgres WITH GRANT OPTION;
    REVOKE ALL ON TABLE cron.job FROM postgres;
    GRANT SELECT ON TABLE cron.job TO postgres WITH GRANT OPTION;
  END IF;
END
$$;
CREATE FUNCTION extensions.grant_pg_net_access() RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_event_trigger_ddl_commands() c JOIN pg_catalog.pg_extension e ON e.oid = c.objid AND e.extname = 'pg_net'
  ) THEN
    GRANT USAGE ON SCHEMA net TO supabase_functions_admin, postgres, anon, authenticated, service_role;
    GRANT SELECT ON ALL TABLES IN SCHEMA net TO postgres, service_role;
  END IF;
END
$$;

CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end EXECUTE FUNCTION extensions.pgrst_ddl_watch();
CREATE EVENT TRIGGER pgrst_drop_watch ON sql_drop EXECUTE FUNCTION extensions.pgrst_drop_watch();
CREATE EVENT TRIGGER issue_pg_cron_access ON ddl_command_end WHEN TAG IN ('CREATE EXTENSION')
  EXECUTE FUNCTION extensions.grant_pg_cron_access();
CREATE EVENT TRIGGER issue_pg_net_access ON ddl_command_end WHEN TAG IN ('CREATE EXTENSION')
  EXECUTE FUNCTION extensions.grant_pg_net_access();

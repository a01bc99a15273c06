-- What supautils does in a hosted project for tables that postgres does not own (supautils.policy_grants and
-- supautils.drop_trigger_grants; supabase.com/changelog/34270): on these, and no others, it may make, change, comment on
-- and drop policies, and drop triggers. Here postgres is a member of the owners for the length of such a statement.
CREATE FUNCTION extensions.supautils_tables() RETURNS text[]
  LANGUAGE sql IMMUTABLE
  AS $$
    SELECT ARRAY[
      'auth.audit_log_entries', 'auth.identities', 'auth.refresh_tokens', 'auth.sessions', 'auth.users',
      'realtime.messages', 'storage.buckets', 'storage.migrations', 'storage.objects', 'storage.s3_multipart_uploads',
      'storage.s3_multipart_uploads_parts'
    ]
  $$;
-- Inside, current_user is the definer; the role that runs the statement is the one that was set, or the session's.
CREATE FUNCTION extensions.supautils_is_postgres() RETURNS boolean
  LANGUAGE sql STABLE
  AS $$ SELECT 'postgres' IN (current_setting('role'), CASE current_setting('role') WHEN 'none' THEN session_user END) $$;
CREATE FUNCTION extensions.supautils_begin() RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  IF extensions.supautils_is_postgres() THEN
    GRANT supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin TO postgres;
  END IF;
END
$$;
CREATE FUNCTION extensions.supautils_dropped() RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
DECLARE
  one record;
BEGIN
  IF extensions.supautils_is_postgres() THEN
    FOR one IN
      SELECT d.address_names[1] AS schema, d.address_names[2] AS name
      FROM pg_catalog.pg_event_trigger_dropped_objects() d
      WHERE d.object_type IN ('policy', 'trigger') AND d.address_names[1] IN ('auth', 'storage', 'realtime')
        AND NOT d.address_names[1] || '.' || d.address_names[2] = ANY (extensions.supautils_tables())
    LOOP
      RAISE insufficient_privilege USING MESSAGE = pg_catalog.format('must be owner of relation %s', one.name);
    END LOOP;
  END IF;
END
$$;
CREATE FUNCTION extensions.supautils_end() RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
DECLARE
  one record;
BEGIN
  IF extensions.supautils_is_postgres() THEN
    FOR one IN
      SELECT coalesce(table_.relname, command.object_identity) AS name
      FROM pg_catalog.pg_event_trigger_ddl_commands() command
      LEFT JOIN pg_catalog.pg_policy policy
        ON command.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND policy.oid = command.objid
      LEFT JOIN pg_catalog.pg_class table_ ON table_.oid = policy.polrelid
      WHERE command.command_tag <> 'DROP POLICY'
        AND (command.object_identity ~ '^"?(auth|storage|realtime)"?\.'
          OR table_.relnamespace::pg_catalog.regnamespace::text IN ('auth', 'storage', 'realtime'))
        AND (policy.oid IS NULL OR NOT table_.relnamespace::pg_catalog.regnamespace::text || '.' || table_.relname
          = ANY (extensions.supautils_tables()))
    LOOP
      RAISE insufficient_privilege USING MESSAGE = pg_catalog.format('must be owner of relation %s', one.name);
    END LOOP;
    REVOKE supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin FROM postgres;
  END IF;
END
$$;

-- What only a superuser may create, and supautils creates for postgres: event triggers, and publications of all tables or
-- of a schema. PostgreSQL has no hook for these below a superuser, so whoever runs a script hands them over.
CREATE FUNCTION extensions.supautils_create(statement text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = "$user", public, extensions
  AS $$
DECLARE
  triggers oid[] := ARRAY(SELECT oid FROM pg_catalog.pg_event_trigger);
  publications oid[] := ARRAY(SELECT oid FROM pg_catalog.pg_publication);
BEGIN
  EXECUTE statement;
  UPDATE pg_catalog.pg_event_trigger SET evtowner = 'postgres'::pg_catalog.regrole WHERE oid <> ALL (triggers);
  UPDATE pg_catalog.pg_publication SET pubowner = 'postgres'::pg_catalog.regrole WHERE oid <> ALL (publications);
END
$$;
REVOKE ALL ON FUNCTION extensions.supautils_create(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION extensions.supautils_create(text) TO postgres;

CREATE EVENT TRIGGER supautils_begin ON ddl_command_start
  WHEN TAG IN ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER', 'COMMENT')
  EXECUTE FUNCTION extensions.supautils_begin();
CREATE EVENT TRIGGER supautils_dropped ON sql_drop WHEN TAG IN ('DROP POLICY', 'DROP TRIGGER')
  EXECUTE FUNCTION extensions.supautils_dropped();
CREATE EVENT TRIGGER supautils_end ON ddl_command_end
  WHEN TAG IN ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER', 'COMMENT')
  EXECUTE FUNCTION extensions.supautils_end();

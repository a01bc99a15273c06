-- Connect-Staging: mark_messages_as_read() returns how many messages it marked, and get_unread_count() is added.
-- Functions that are there already, with the right arguments and results, are left alone; if mark_messages_as_read has to
-- be replaced, so is a get_unread_count that counted by the old one's read point. What is replaced moves to the schema
-- connect_migration, as it is, from where rollback.sql moves it back.
-- One transaction, safe to run again, undone by rollback.sql. Run it in the SQL editor or with
-- psql -v ON_ERROR_STOP=1 -f 002_function_updates_staging.sql
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end a sender's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;

-- What the functions rely on, before anything is changed.
DO $$
DECLARE
  missing text;
BEGIN
  SELECT string_agg(format('%s.%s (%s)', table_name, column_name, type), ', ') INTO missing
    FROM (VALUES
      ('chat_messages', 'id', 'uuid'), ('chat_messages', 'chat_id', 'uuid'), ('chat_messages', 'sender_id', 'uuid'),
      ('chat_messages', 'seq', 'bigint'), ('chat_messages', 'status', NULL),
      ('chat_messages', 'created_at', 'timestamp with time zone'),
      ('chat_messages', 'deleted_at', 'timestamp with time zone'),
      ('chat_participants', 'chat_id', 'uuid'), ('chat_participants', 'user_id', 'uuid'),
      ('chat_participants', 'last_read_at', 'timestamp with time zone')
    ) AS needed (table_name, column_name, type)
    WHERE NOT EXISTS (
      SELECT FROM pg_catalog.pg_attribute
      WHERE attrelid = to_regclass('public.' || table_name) AND attname = column_name AND attnum > 0
        AND NOT attisdropped AND coalesce(type, format_type(atttypid, NULL)) = format_type(atttypid, NULL));
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'columns that are missing or have another type: %', missing USING HINT = 'Nothing was changed.';
  END IF;

  SELECT string_agg(name, ', ') INTO missing
    FROM unnest(ARRAY['auth.uid()', 'auth.role()', 'public.assign_message_seq()', 'public.get_latest_seq(uuid)',
                      'public.mark_messages_as_delivered(uuid, uuid)']) AS name
    WHERE to_regprocedure(name) IS NULL;
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'functions that are missing: %', missing
      USING HINT = 'Nothing was changed. 002 expects the other messaging functions to exist.';
  END IF;

  SELECT string_agg(name, ', ') INTO missing
    FROM unnest(ARRAY['public.chat_messages', 'public.chat_participants']) AS name
    WHERE row_security_active(name) OR NOT has_table_privilege(name, 'SELECT')
      OR NOT has_any_column_privilege(name, 'UPDATE');
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'as %, the functions could not read and mark every message: no right, or row-level security, on %',
        current_user, missing
      USING HINT = 'Nothing was changed. Run 002 as the owner of these tables.';
  END IF;
END
$$;

DO $$
DECLARE
  done text[] := '{}';
  kept text[] := '{}';
  wanted record;
  there oid;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('mark_messages_as_read', 'TABLE(updated_count bigint)'),
      ('get_unread_count', 'bigint')
    ) AS functions (name, result)
  LOOP
    there := to_regprocedure(format('public.%I(uuid, uuid)', wanted.name));
    -- The two go together: the one counts by the read point that the other one sets.
    IF pg_catalog.pg_get_function_result(there) = wanted.result AND done = '{}'
       AND pg_catalog.pg_get_function_identity_arguments(there) = 'p_chat_id uuid, p_user_id uuid' THEN
      CONTINUE;
    END IF;
    IF there IS NOT NULL THEN
      -- CREATE OR REPLACE cannot change what a function returns. Moved, it keeps its body, settings, grants, comment
      -- and owner; nobody has a right on the schema.
      IF to_regnamespace('connect_migration') IS NULL THEN
        CREATE SCHEMA connect_migration;
        -- With this mark a comparison leaves it out.
        COMMENT ON SCHEMA connect_migration IS 'connect-migration: 002 keeps what it replaced here, for rollback.sql';
      END IF;
      IF to_regprocedure(format('connect_migration.%I(uuid, uuid)', wanted.name)) IS NOT NULL THEN
        RAISE EXCEPTION 'connect_migration keeps a % from an earlier run of 002 already', wanted.name
          USING HINT = 'Nothing was changed. Run rollback.sql, then 002 again.';
      END IF;
      EXECUTE format('ALTER FUNCTION public.%I(uuid, uuid) SET SCHEMA connect_migration', wanted.name);
      kept := kept || wanted.name::text;
    END IF;
    done := done || wanted.name::text;
  END LOOP;

  IF 'mark_messages_as_read' = ANY (done) THEN
    CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)
      RETURNS TABLE (updated_count bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
      AS $function$
DECLARE
  read_seq bigint;
  read_stamp timestamptz;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- One device of a reader after the other, so that the one with the older view cannot finish last.
  PERFORM FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
    FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 0::bigint;
    RETURN;
  END IF;
  -- What is read is all of the chat that this statement sees, up to the highest seq. The read point is the time of that
  -- very message, by which get_unread_count finds its seq again; now() would cover messages that are not yet committed.
  -- Of messages with one and the same time the second one counts as a microsecond later, and so on.
  SELECT m.seq, m.created_at INTO read_seq, read_stamp
    FROM public.chat_messages m
    WHERE m.chat_id = p_chat_id AND m.seq IS NOT NULL AND m.created_at IS NOT NULL
    ORDER BY m.seq DESC LIMIT 1;
  read_stamp := read_stamp + ((
    SELECT count(*) FROM public.chat_messages m
    WHERE m.chat_id = p_chat_id AND m.created_at = read_stamp AND m.seq < read_seq
  ) * interval '1 microsecond');
  UPDATE public.chat_participants p SET last_read_at = read_stamp
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
      AND read_stamp IS NOT NULL AND p.last_read_at IS DISTINCT FROM read_stamp;
  -- Locked in seq order: two readers of one chat must not wait for each other in a circle.
  RETURN QUERY
    WITH pending AS (
      SELECT m.id FROM public.chat_messages m
      WHERE m.chat_id = p_chat_id AND m.sender_id <> p_user_id AND m.status <> 'read'
        AND m.deleted_at IS NULL AND m.seq <= read_seq
      ORDER BY m.seq
      FOR NO KEY UPDATE
    ), changed AS (
      UPDATE public.chat_messages m SET status = 'read'
      FROM pending WHERE m.id = pending.id
      RETURNING 1
    )
    SELECT count(*) FROM changed;
END
$function$;
    -- PUBLIC can call a function that is created anew, and so can anon through the default privileges of a project.
    REVOKE ALL ON FUNCTION public.mark_messages_as_read(uuid, uuid) FROM PUBLIC, anon;
    GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO authenticated, service_role;
    -- rollback.sql takes back only what carries this mark.
    EXECUTE format('COMMENT ON FUNCTION public.mark_messages_as_read(uuid, uuid) IS %L',
      'connect-migration: 002 ' || CASE WHEN 'mark_messages_as_read' = ANY (kept) THEN 'replaced' ELSE 'added' END);
    RAISE NOTICE '✓ Updated mark_messages_as_read function';
  ELSE
    RAISE NOTICE '✓ mark_messages_as_read function returns a count already';
  END IF;

  IF 'get_unread_count' = ANY (done) THEN
    CREATE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
      AS $function$
DECLARE
  read_stamp timestamptz;
  read_seq bigint;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT p.last_read_at INTO read_stamp
    FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  -- The seq up to which was read: that of the message with the time of the read point. A read point that something
  -- else set, such as now(), is not a message's time; then all that is not newer counts as read.
  read_seq := coalesce(
    (SELECT max(same.seq) FROM (
       SELECT m.seq, m.created_at + row_number() OVER (PARTITION BY m.created_at ORDER BY m.seq) * interval '1 microsecond'
           - interval '1 microsecond' AS stamp
       FROM public.chat_messages m
       WHERE m.chat_id = p_chat_id
         AND m.created_at BETWEEN read_stamp - interval '1 second' AND read_stamp
     ) AS same WHERE same.stamp = read_stamp),
    (SELECT max(m.seq) FROM public.chat_messages m WHERE m.chat_id = p_chat_id AND m.created_at <= read_stamp),
    0);
  RETURN (
    SELECT count(*) FROM public.chat_messages m
    WHERE m.chat_id = p_chat_id AND m.seq > read_seq AND m.sender_id <> p_user_id AND m.deleted_at IS NULL
  );
END
$function$;
    REVOKE ALL ON FUNCTION public.get_unread_count(uuid, uuid) FROM PUBLIC, anon;
    GRANT EXECUTE ON FUNCTION public.get_unread_count(uuid, uuid) TO authenticated, service_role;
    EXECUTE format('COMMENT ON FUNCTION public.get_unread_count(uuid, uuid) IS %L',
      'connect-migration: 002 ' || CASE WHEN 'get_unread_count' = ANY (kept) THEN 'replaced' ELSE 'added' END);
    RAISE NOTICE '✓ % get_unread_count function', CASE WHEN 'get_unread_count' = ANY (kept) THEN 'Updated' ELSE 'Added' END;
  ELSE
    RAISE NOTICE '✓ get_unread_count function was already there';
  END IF;
END
$$;

DO $$
DECLARE
  wrong text;
BEGIN
  SELECT string_agg(signature, ', ' ORDER BY signature) INTO wrong
    FROM (VALUES
      ('assign_message_seq()', 'trigger'),
      ('get_latest_seq(uuid)', 'bigint'),
      ('get_unread_count(uuid, uuid)', 'bigint'),
      ('mark_messages_as_delivered(uuid, uuid)', 'TABLE(updated_count bigint)'),
      ('mark_messages_as_read(uuid, uuid)', 'TABLE(updated_count bigint)')
    ) AS expected (signature, result)
    WHERE pg_catalog.pg_get_function_result(to_regprocedure('public.' || signature)) IS DISTINCT FROM result;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'functions that are missing or return something else: %', wrong USING HINT = 'Nothing was changed.';
  END IF;
  RAISE NOTICE '✓ All functions verified';
END
$$;

COMMIT;

-- Connect-Staging: mark_messages_as_read() returns how many messages it marked, and get_unread_count() is added.
-- One transaction, safe to run again, undone by rollback.sql. Run it in the SQL editor or with
-- psql -v ON_ERROR_STOP=1 -f 002_function_updates_staging.sql
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end a sender's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;

-- CREATE OR REPLACE cannot change what a function returns, so the old one has to go first.
DO $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_proc
    WHERE oid = to_regprocedure('public.mark_messages_as_read(uuid, uuid)')
      AND pg_catalog.pg_get_function_result(oid) <> 'TABLE(updated_count bigint)'
  ) THEN
    DROP FUNCTION public.mark_messages_as_read(uuid, uuid);
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  read_point timestamptz;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The arrival stamp of the newest message this snapshot shows. One that is not yet committed arrived later, so
  -- it stays unread; now() would have covered it.
  SELECT max(m.updated_at) INTO read_point FROM public.chat_messages m WHERE m.chat_id = p_chat_id;
  IF NOT EXISTS (
    SELECT FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
  ) THEN
    RETURN QUERY SELECT 0::bigint;
    RETURN;
  END IF;
  UPDATE public.chat_participants p SET last_read_at = read_point
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
      AND read_point > coalesce(p.last_read_at, '-infinity');
  -- Locked in seq order: two readers of one chat must not wait for each other in a circle.
  RETURN QUERY
    WITH pending AS (
      SELECT m.id FROM public.chat_messages m
      WHERE m.chat_id = p_chat_id AND m.sender_id <> p_user_id AND m.status <> 'read'
        AND m.deleted_at IS NULL AND m.updated_at <= read_point
      ORDER BY m.seq
      FOR NO KEY UPDATE
    ), changed AS (
      UPDATE public.chat_messages m SET status = 'read'
      FROM pending WHERE m.id = pending.id
      RETURNING 1
    )
    SELECT count(*) FROM changed;
END
$$;

CREATE OR REPLACE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN (
    SELECT count(*)
    FROM public.chat_participants p
    JOIN public.chat_messages m ON m.chat_id = p.chat_id
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
      AND m.sender_id <> p_user_id AND m.deleted_at IS NULL
      AND m.updated_at > coalesce(p.last_read_at, '-infinity')
  );
END
$$;

-- PUBLIC can call a function that is created anew, and so can anon through the default privileges of a project.
REVOKE ALL ON FUNCTION
  public.mark_messages_as_read(uuid, uuid), public.get_unread_count(uuid, uuid)
  FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION
  public.mark_messages_as_read(uuid, uuid), public.get_unread_count(uuid, uuid)
  TO authenticated, service_role;
-- rollback.sql takes back only what carries this mark.
COMMENT ON FUNCTION public.mark_messages_as_read(uuid, uuid) IS 'connect-migration: 002';
COMMENT ON FUNCTION public.get_unread_count(uuid, uuid) IS 'connect-migration: 002';

DO $$
DECLARE
  missing text;
BEGIN
  RAISE NOTICE '✓ Updated mark_messages_as_read function';
  RAISE NOTICE '✓ Added get_unread_count function';

  SELECT string_agg(signature, ', ' ORDER BY signature) INTO missing
    FROM (VALUES
      ('assign_message_seq()', 'trigger'),
      ('get_latest_seq(uuid)', 'bigint'),
      ('get_unread_count(uuid, uuid)', 'bigint'),
      ('mark_messages_as_delivered(uuid, uuid)', 'TABLE(updated_count bigint)'),
      ('mark_messages_as_read(uuid, uuid)', 'TABLE(updated_count bigint)')
    ) AS expected (signature, result)
    WHERE pg_catalog.pg_get_function_result(to_regprocedure('public.' || signature)) IS DISTINCT FROM result;
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'functions that are missing or return something else: %', missing
      USING HINT = 'Nothing was changed. 002 expects the other messaging functions to exist.';
  END IF;
  RAISE NOTICE '✓ All functions verified';
END
$$;

COMMIT;

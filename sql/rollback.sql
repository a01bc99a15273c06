-- Puts one environment back to exactly what it was before 001-003. It must be told which one:
--   SET connect.environment = 'prod';      -- or 'staging'
-- then run this file in the same session (in the SQL editor: that line, then this file, in one go; with psql:
-- PGOPTIONS="-c connect.environment=prod" psql -v ON_ERROR_STOP=1 -f rollback.sql).
-- Without an environment, or with one that the schema contradicts, it changes nothing. It is safe to run again, and
-- where only some of the scripts were applied.
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end a sender's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;

-- In the order in which a sender takes these locks.
LOCK TABLE public.chat_messages, public.chat_participants IN ACCESS EXCLUSIVE MODE;

DO $rollback$
DECLARE
  environment text := coalesce(nullif(current_setting('connect.environment', true), ''), '(not set)');
  sender_index oid := to_regclass('public.idx_chat_messages_sender_id');
  reply_index oid := to_regclass('public.idx_chat_messages_reply_to');
  unread_count oid := to_regprocedure('public.get_unread_count(uuid, uuid)');
  participants_not_null boolean;
BEGIN
  SELECT bool_and(attnotnull) INTO participants_not_null
    FROM pg_attribute
    WHERE attrelid = 'public.chat_participants'::regclass AND attname IN ('chat_id', 'user_id');

  IF environment = 'prod' THEN
    -- Production had these before the migration, and a sender index without the mark of 001 was not added by 001.
    IF reply_index IS NULL OR obj_description(reply_index, 'pg_class') LIKE 'connect-migration:%'
       OR unread_count IS NULL OR obj_description(unread_count, 'pg_proc') LIKE 'connect-migration:%'
       OR (sender_index IS NOT NULL
           AND obj_description(sender_index, 'pg_class') IS DISTINCT FROM 'connect-migration: 001') THEN
      RAISE EXCEPTION 'connect.environment is prod, but this database is not as 001 left production'
        USING HINT = 'Nothing was changed. If this is Connect-Staging, first run: SET connect.environment = ''staging'';';
    END IF;
    ALTER TABLE public.chat_participants ALTER COLUMN chat_id DROP NOT NULL;
    ALTER TABLE public.chat_participants ALTER COLUMN user_id DROP NOT NULL;
    IF sender_index IS NOT NULL THEN
      DROP INDEX public.idx_chat_messages_sender_id;
    END IF;

  ELSIF environment = 'staging' THEN
    -- Staging had these before the migration, and they must survive; what 002 and 003 added carries their mark.
    IF NOT participants_not_null
       OR sender_index IS NULL OR obj_description(sender_index, 'pg_class') LIKE 'connect-migration:%'
       OR (reply_index IS NOT NULL
           AND obj_description(reply_index, 'pg_class') IS DISTINCT FROM 'connect-migration: 003')
       OR (unread_count IS NOT NULL
           AND obj_description(unread_count, 'pg_proc') IS DISTINCT FROM 'connect-migration: 002') THEN
      RAISE EXCEPTION 'connect.environment is staging, but this database is not as 002 and 003 left staging'
        USING HINT = 'Nothing was changed. If this is Connect-Prod, first run: SET connect.environment = ''prod'';';
    END IF;
    IF reply_index IS NOT NULL THEN
      DROP INDEX public.idx_chat_messages_reply_to;
    END IF;
    IF unread_count IS NOT NULL THEN
      DROP FUNCTION public.get_unread_count(uuid, uuid);
    END IF;
    IF to_regprocedure('public.mark_messages_as_read(uuid, uuid)') IS NOT NULL THEN
      DROP FUNCTION public.mark_messages_as_read(uuid, uuid);
    END IF;
    CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
      AS $old$
BEGIN
  UPDATE public.chat_messages SET status = 'read'
    WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status <> 'read';
  UPDATE public.chat_participants SET last_read_at = now()
    WHERE chat_id = p_chat_id AND user_id = p_user_id;
END
$old$;
    REVOKE ALL ON FUNCTION public.mark_messages_as_read(uuid, uuid) FROM PUBLIC, anon;
    GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO authenticated, service_role;

  ELSE
    RAISE EXCEPTION 'connect.environment is %, expected prod or staging', environment
      USING HINT = 'Nothing was changed. First run: SET connect.environment = ''prod''; (or ''staging'')';
  END IF;
  RAISE NOTICE '✓ Rolled % back to its state before the migration', environment;
END
$rollback$;

COMMIT;

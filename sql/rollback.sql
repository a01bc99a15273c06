-- Puts one environment back to exactly what it was before 001-003. It must be told which one:
--   SET connect.environment = 'prod';      -- or 'staging'
-- then run this file in the same session (in the SQL editor: that line, then this file, in one go; with psql:
-- PGOPTIONS="-c connect.environment=prod" psql -v ON_ERROR_STOP=1 -f rollback.sql).
-- Told nothing, or told what the schema contradicts, it changes nothing. Safe to run again, also from half-way.
BEGIN;

SET LOCAL lock_timeout = '5s';

DO $rollback$
DECLARE
  environment text := coalesce(nullif(current_setting('connect.environment', true), ''), '(not set)');
  participants_not_null boolean;
BEGIN
  SELECT bool_and(attnotnull) INTO participants_not_null
    FROM pg_catalog.pg_attribute
    WHERE attrelid = 'public.chat_participants'::regclass AND attname IN ('chat_id', 'user_id');

  IF environment = 'prod' THEN
    -- Production had these before the migration, and no script of it takes them away.
    IF to_regclass('public.idx_chat_messages_reply_to') IS NULL
       OR to_regprocedure('public.get_unread_count(uuid, uuid)') IS NULL THEN
      RAISE EXCEPTION 'connect.environment is prod, but this database lacks what production always had'
        USING HINT = 'Nothing was changed. If this is Connect-Staging, run: SET connect.environment = ''staging'';';
    END IF;
    ALTER TABLE public.chat_participants ALTER COLUMN chat_id DROP NOT NULL;
    ALTER TABLE public.chat_participants ALTER COLUMN user_id DROP NOT NULL;
    IF to_regclass('public.idx_chat_messages_sender_id') IS NOT NULL THEN
      DROP INDEX public.idx_chat_messages_sender_id;
    END IF;

  ELSIF environment = 'staging' THEN
    -- Staging had these before the migration, and they must survive.
    IF NOT participants_not_null OR to_regclass('public.idx_chat_messages_sender_id') IS NULL THEN
      RAISE EXCEPTION 'connect.environment is staging, but this database lacks what staging always had'
        USING HINT = 'Nothing was changed. If this is Connect-Prod, run: SET connect.environment = ''prod'';';
    END IF;
    IF to_regclass('public.idx_chat_messages_reply_to') IS NOT NULL THEN
      DROP INDEX public.idx_chat_messages_reply_to;
    END IF;
    IF to_regprocedure('public.get_unread_count(uuid, uuid)') IS NOT NULL THEN
      DROP FUNCTION public.get_unread_count(uuid, uuid);
    END IF;
    IF to_regprocedure('public.mark_messages_as_read(uuid, uuid)') IS NOT NULL THEN
      DROP FUNCTION public.mark_messages_as_read(uuid, uuid);
    END IF;
    CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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

-- Connect-Staging: the missing index on chat_messages (reply_to_message_id).
-- One transaction, safe to run again, undone by rollback.sql. Run it in the SQL editor or with
-- psql -v ON_ERROR_STOP=1 -f 003_index_alignment.sql
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end a sender's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;

DO $$
BEGIN
  IF to_regclass('public.idx_chat_messages_reply_to') IS NULL THEN
    CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages (reply_to_message_id);
    -- rollback.sql drops only what carries this mark.
    COMMENT ON INDEX public.idx_chat_messages_reply_to IS 'connect-migration: 003';
    RAISE NOTICE '✓ Added idx_chat_messages_reply_to index';
  ELSE
    RAISE NOTICE '✓ idx_chat_messages_reply_to index was already there';
  END IF;
END
$$;

DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_index
    WHERE indexrelid = to_regclass('public.idx_chat_messages_reply_to') AND indisvalid
      AND pg_catalog.pg_get_indexdef(indexrelid)
          = 'CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages USING btree (reply_to_message_id)'
  ) THEN
    RAISE EXCEPTION 'idx_chat_messages_reply_to exists, but it is invalid or not on chat_messages (reply_to_message_id)'
      USING HINT = 'Nothing was changed. Drop that index, then run 003 again.';
  END IF;
  RAISE NOTICE '✓ reply_to index verified';
END
$$;

COMMIT;

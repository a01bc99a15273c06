-- Connect-Staging: the missing index on chat_messages (reply_to_message_id).
-- One transaction, safe to run again, undone by rollback.sql. Run it in the SQL editor or with
-- psql -v ON_ERROR_STOP=1 -f 003_index_alignment.sql
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end a sender's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;

DO $$
DECLARE
  covering text;
BEGIN
  -- Whatever its name: an index that begins with the column serves the same queries.
  SELECT min(i.indexrelid::regclass::text) INTO covering
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am a ON a.oid = c.relam
    WHERE i.indrelid = 'public.chat_messages'::regclass AND i.indisvalid AND i.indisready
      AND a.amname IN ('btree', 'hash')
      -- A unique one without any of these columns would forbid ordinary messages.
      AND (NOT i.indisunique OR EXISTS (
        SELECT FROM generate_series(2, i.indnkeyatts) AS n
        WHERE pg_catalog.pg_get_indexdef(i.indexrelid, n, false) IN ('id', 'seq', 'client_generated_id')))
      AND pg_catalog.pg_get_indexdef(i.indexrelid, 1, false) = 'reply_to_message_id'
      AND coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '(reply_to_message_id IS NOT NULL)')
          = '(reply_to_message_id IS NOT NULL)';
  IF covering IS NOT NULL THEN
    RAISE NOTICE '✓ % was already there, an index on chat_messages (reply_to_message_id)', covering;
  ELSIF to_regclass('public.idx_chat_messages_reply_to') IS NOT NULL THEN
    RAISE EXCEPTION 'idx_chat_messages_reply_to exists, but it is invalid or not on chat_messages (reply_to_message_id)'
      USING HINT = 'Nothing was changed. Drop that index, then run 003 again.';
  ELSE
    CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages (reply_to_message_id);
    -- rollback.sql drops only what carries this mark.
    COMMENT ON INDEX public.idx_chat_messages_reply_to IS 'connect-migration: 003';
    RAISE NOTICE '✓ Added idx_chat_messages_reply_to index';
    covering := 'public.idx_chat_messages_reply_to';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = covering::regclass AND indisvalid) THEN
    RAISE EXCEPTION '% is not valid; nothing was changed', covering;
  END IF;
  RAISE NOTICE '✓ reply_to index verified';
END
$$;

COMMIT;

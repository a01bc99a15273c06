-- Connect-Prod: NOT NULL on chat_participants.chat_id and user_id, and the missing sender_id index.
-- One transaction, safe to run again, undone by rollback.sql. Run it in the SQL editor or with
-- psql -v ON_ERROR_STOP=1 -f 001_schema_alignment.sql
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end a sender's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;

-- In the order in which a sender takes these locks.
LOCK TABLE public.chat_messages IN SHARE MODE;
LOCK TABLE public.chat_participants IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  bad_count bigint;
  bad_rows text;
BEGIN
  SELECT count(*), string_agg(format('%s (chat_id=%s, user_id=%s)',
                                     name, coalesce(chat_id::text, 'NULL'), coalesce(user_id::text, 'NULL')), ', ')
                     FILTER (WHERE position <= 10)
    INTO bad_count, bad_rows
    FROM (
      SELECT coalesce('id=' || (to_jsonb(p) ->> 'id'), 'ctid=' || p.ctid) AS name, chat_id, user_id,
        row_number() OVER (ORDER BY p.ctid) AS position
      FROM public.chat_participants p
      WHERE chat_id IS NULL OR user_id IS NULL
    ) AS bad;
  IF bad_count > 0 THEN
    RAISE EXCEPTION 'chat_participants has % row(s) without chat_id or user_id: %', bad_count, bad_rows
      USING ERRCODE = 'not_null_violation',
            HINT = 'Nothing was changed. Give these rows their chat and user, or delete them, then run 001 again.';
  END IF;
END
$$;

DO $$
DECLARE
  mark CONSTANT text := 'connect-migration: 001';
  nullable name;
  changed boolean := false;
  covering text;
BEGIN
  FOR nullable IN
    SELECT attname FROM pg_catalog.pg_attribute
    WHERE attrelid = 'public.chat_participants'::regclass AND attname IN ('chat_id', 'user_id') AND (
      NOT attnotnull
      -- From PostgreSQL 18 on, a NOT NULL constraint may not have been checked against the rows yet.
      OR EXISTS (SELECT FROM pg_catalog.pg_constraint
                 WHERE conrelid = attrelid AND contype = 'n' AND NOT convalidated AND attnum = ANY (conkey)))
    ORDER BY attnum
  LOOP
    EXECUTE format('ALTER TABLE public.chat_participants ALTER COLUMN %I SET NOT NULL', nullable);
    -- rollback.sql takes NOT NULL only from a column with this mark, and keeps the comment below it.
    EXECUTE format('COMMENT ON COLUMN public.chat_participants.%I IS %L', nullable,
                   concat_ws(E'\n', mark, (
                     SELECT pg_catalog.col_description(attrelid, attnum) FROM pg_catalog.pg_attribute
                     WHERE attrelid = 'public.chat_participants'::regclass AND attname = nullable)));
    changed := true;
  END LOOP;
  IF changed THEN
    RAISE NOTICE '✓ Successfully added NOT NULL constraints';
  ELSE
    RAISE NOTICE '✓ NOT NULL constraints were already there';
  END IF;

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
      AND pg_catalog.pg_get_indexdef(i.indexrelid, 1, false) = 'sender_id'
      AND coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '(sender_id IS NOT NULL)') = '(sender_id IS NOT NULL)';
  IF covering IS NOT NULL THEN
    RAISE NOTICE '✓ % was already there, an index on chat_messages (sender_id)', covering;
  ELSIF to_regclass('public.idx_chat_messages_sender_id') IS NOT NULL THEN
    RAISE EXCEPTION 'idx_chat_messages_sender_id exists, but it is invalid or not on chat_messages (sender_id)'
      USING HINT = 'Nothing was changed. Drop that index, then run 001 again.';
  ELSE
    CREATE INDEX idx_chat_messages_sender_id ON public.chat_messages (sender_id);
    -- rollback.sql drops only what carries this mark.
    COMMENT ON INDEX public.idx_chat_messages_sender_id IS 'connect-migration: 001';
    RAISE NOTICE '✓ Added idx_chat_messages_sender_id index';
    covering := 'public.idx_chat_messages_sender_id';
  END IF;

  IF (SELECT count(*) FROM pg_catalog.pg_attribute
      WHERE attrelid = 'public.chat_participants'::regclass AND attname IN ('chat_id', 'user_id') AND attnotnull) <> 2
  THEN
    RAISE EXCEPTION 'chat_participants.chat_id and user_id are not both NOT NULL; nothing was changed';
  END IF;
  RAISE NOTICE '✓ NOT NULL constraints verified';
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = covering::regclass AND indisvalid) THEN
    RAISE EXCEPTION '% is not valid; nothing was changed', covering;
  END IF;
  RAISE NOTICE '✓ sender_id index verified';
END
$$;

COMMIT;

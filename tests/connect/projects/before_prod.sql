-- Production before 001: chat_participants may lack its chat or user, and no index covers chat_messages (sender_id).
ALTER TABLE public.chat_participants ALTER COLUMN chat_id DROP NOT NULL;
ALTER TABLE public.chat_participants ALTER COLUMN user_id DROP NOT NULL;
DO $$
DECLARE
  covering regclass;
BEGIN
  FOR covering IN
    SELECT i.indexrelid
    FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = 'public.chat_messages'::regclass AND a.attname = 'sender_id' AND i.indpred IS NULL
  LOOP
    EXECUTE format('DROP INDEX %s', covering);
  END LOOP;
END
$$;

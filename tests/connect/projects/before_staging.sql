-- Staging before 002 and 003: no get_unread_count, and no index covers chat_messages (reply_to_message_id).
-- The project's file in void/ then puts back a mark_messages_as_read that returns nothing.
DROP FUNCTION public.get_unread_count(uuid, uuid);
DROP FUNCTION public.mark_messages_as_read(uuid, uuid);
DO $$
DECLARE
  covering regclass;
BEGIN
  FOR covering IN
    SELECT i.indexrelid
    FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = 'public.chat_messages'::regclass AND a.attname = 'reply_to_message_id' AND i.indpred IS NULL
  LOOP
    EXECUTE format('DROP INDEX %s', covering);
  END LOOP;
END
$$;

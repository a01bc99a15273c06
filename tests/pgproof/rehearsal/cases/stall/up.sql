BEGIN;
SET LOCAL lock_timeout = '1s';
CREATE INDEX IF NOT EXISTS messages_by_text ON public.chat_messages (message_text);
-- What else a script may do while it holds the lock: long enough for every sender to meet it.
SELECT pg_sleep(0.1);
COMMIT;

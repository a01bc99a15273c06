BEGIN;
SET LOCAL lock_timeout = '1s';
CREATE INDEX IF NOT EXISTS messages_by_text ON public.chat_messages (message_text);
COMMIT;

BEGIN;
SET LOCAL lock_timeout = '5s';
DO $$
BEGIN
  ALTER TABLE public.chats ADD COLUMN IF NOT EXISTS muted boolean;
  CREATE INDEX IF NOT EXISTS messages_by_text ON public.chat_messages (message_text);
END
$$;
COMMIT;

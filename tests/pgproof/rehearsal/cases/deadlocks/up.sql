BEGIN;
SET LOCAL lock_timeout = '5s';
DO $$
BEGIN
  ALTER TABLE public.chats ADD COLUMN IF NOT EXISTS muted boolean;
  ALTER TABLE public.chat_messages ADD COLUMN IF NOT EXISTS starred boolean;
END
$$;
COMMIT;

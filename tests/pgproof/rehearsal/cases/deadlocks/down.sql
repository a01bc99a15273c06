BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.chat_messages DROP COLUMN IF EXISTS starred;
ALTER TABLE public.chats DROP COLUMN IF EXISTS muted;
COMMIT;

BEGIN;
SET LOCAL lock_timeout = '1s';
DROP INDEX IF EXISTS public.messages_by_text;
ALTER TABLE public.chat_participants DROP COLUMN IF EXISTS muted;
COMMIT;

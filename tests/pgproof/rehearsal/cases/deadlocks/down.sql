BEGIN;
SET LOCAL lock_timeout = '1s';
DROP INDEX IF EXISTS public.messages_by_text;
ALTER TABLE public.chats DROP COLUMN IF EXISTS muted;
COMMIT;

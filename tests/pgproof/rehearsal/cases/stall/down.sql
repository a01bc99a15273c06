BEGIN;
SET LOCAL lock_timeout = '1s';
DROP INDEX IF EXISTS public.messages_by_text;
COMMIT;

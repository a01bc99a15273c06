BEGIN;
SET LOCAL lock_timeout = '1s';
DROP INDEX IF EXISTS public.notes_author;
COMMIT;

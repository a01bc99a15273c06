BEGIN;
SET LOCAL lock_timeout = '5s';
DROP INDEX IF EXISTS public.notes_author;
COMMIT;

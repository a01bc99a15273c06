BEGIN;
SET LOCAL lock_timeout = '5s';
DROP VIEW IF EXISTS public.notes_author;
COMMIT;

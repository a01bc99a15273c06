BEGIN;
SET LOCAL lock_timeout = '1s';
DROP INDEX public.notes_author;
ALTER TABLE public.notes DROP COLUMN seen;
COMMIT;

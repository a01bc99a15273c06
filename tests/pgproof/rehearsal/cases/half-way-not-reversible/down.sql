BEGIN;
SET LOCAL lock_timeout = '1s';
DROP VIEW public.notes_author;
ALTER TABLE public.notes DROP COLUMN seen;
COMMIT;

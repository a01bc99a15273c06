BEGIN;
SET LOCAL lock_timeout = '1s';
DROP VIEW IF EXISTS public.notes_author;
ALTER TABLE public.notes DROP COLUMN IF EXISTS seen;
COMMIT;

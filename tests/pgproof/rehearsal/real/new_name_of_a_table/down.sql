BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE IF EXISTS public.mail RENAME TO letters;
COMMIT;

BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE IF EXISTS public.letters RENAME TO mail;
COMMIT;

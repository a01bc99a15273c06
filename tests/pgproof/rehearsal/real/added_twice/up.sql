BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters ADD COLUMN slug text;
COMMIT;

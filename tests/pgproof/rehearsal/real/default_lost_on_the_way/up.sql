BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters ALTER COLUMN box DROP DEFAULT;
COMMIT;

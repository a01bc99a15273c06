BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters DROP COLUMN IF EXISTS seen;
COMMIT;

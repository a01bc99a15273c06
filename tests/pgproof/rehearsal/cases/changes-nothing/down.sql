BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.notes DROP COLUMN IF EXISTS seen;
COMMIT;

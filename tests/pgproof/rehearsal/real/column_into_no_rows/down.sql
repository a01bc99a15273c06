BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.boats DROP COLUMN IF EXISTS captain;
COMMIT;

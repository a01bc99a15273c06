BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.boats DROP COLUMN IF EXISTS captain;
ALTER TABLE public.boats DROP COLUMN IF EXISTS sails;
COMMIT;

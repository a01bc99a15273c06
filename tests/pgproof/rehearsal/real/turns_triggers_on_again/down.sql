BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.parcels DROP COLUMN IF EXISTS weight;
COMMIT;

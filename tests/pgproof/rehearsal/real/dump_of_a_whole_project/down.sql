BEGIN;
SET LOCAL lock_timeout = '2s';
DROP TABLE IF EXISTS public.parcels;
COMMIT;

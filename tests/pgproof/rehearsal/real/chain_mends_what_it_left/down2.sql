BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.parcels DISABLE TRIGGER parcels_stamp;
COMMIT;

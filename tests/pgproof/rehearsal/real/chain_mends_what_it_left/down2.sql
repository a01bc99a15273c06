BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.parcels ENABLE TRIGGER parcels_stamp;
COMMIT;

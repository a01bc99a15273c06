SET lock_timeout = '2s';
BEGIN;
BEGIN;
ALTER TABLE public.parcels ADD COLUMN note text;
COMMIT;

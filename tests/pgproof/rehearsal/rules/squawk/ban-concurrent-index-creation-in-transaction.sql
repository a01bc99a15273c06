SET lock_timeout = '2s';
BEGIN;
CREATE INDEX CONCURRENTLY parcels_depot ON public.parcels (depot);
COMMIT;

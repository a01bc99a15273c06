BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER PUBLICATION feed SET TABLE public.rides, public.riders;
COMMIT;

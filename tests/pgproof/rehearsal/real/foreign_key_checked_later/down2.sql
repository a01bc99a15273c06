BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.seats DROP CONSTRAINT IF EXISTS seats_hall;
COMMIT;

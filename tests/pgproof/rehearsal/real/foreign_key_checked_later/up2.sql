BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.seats VALIDATE CONSTRAINT seats_hall;
COMMIT;

BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.bookings ADD CONSTRAINT bookings_during_excl EXCLUDE USING gist (during WITH &&);
COMMIT;

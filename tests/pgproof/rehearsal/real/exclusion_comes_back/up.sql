BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TYPE public.kind ADD VALUE IF NOT EXISTS 'room';
ALTER TABLE public.bookings DROP CONSTRAINT IF EXISTS bookings_during_excl;
COMMIT;

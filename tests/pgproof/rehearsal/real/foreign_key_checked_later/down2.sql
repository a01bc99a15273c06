BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.seats DROP CONSTRAINT IF EXISTS seats_hall;
ALTER TABLE public.seats ADD CONSTRAINT seats_hall FOREIGN KEY (hall) REFERENCES public.halls NOT VALID;
COMMIT;

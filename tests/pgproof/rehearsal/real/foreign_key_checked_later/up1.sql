BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'seats_hall') THEN
    ALTER TABLE public.seats ADD CONSTRAINT seats_hall FOREIGN KEY (hall) REFERENCES public.halls NOT VALID;
  END IF;
END $$;
COMMIT;

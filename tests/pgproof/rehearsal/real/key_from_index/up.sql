BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$ BEGIN
  IF to_regclass('public.bays_aisle_no') IS NULL THEN RETURN; END IF;
  IF EXISTS (SELECT FROM pg_constraint WHERE conname = 'bays_aisle_no') THEN RETURN; END IF;
  ALTER TABLE public.bays ADD CONSTRAINT bays_aisle_no PRIMARY KEY USING INDEX bays_aisle_no;
END $$;
COMMIT;

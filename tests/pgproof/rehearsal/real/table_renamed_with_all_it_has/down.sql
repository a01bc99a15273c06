BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$ BEGIN
  IF to_regclass('public.packages') IS NOT NULL THEN ALTER TABLE public.packages RENAME TO parcels; END IF;
END $$;
COMMIT;

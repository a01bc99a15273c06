BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$ BEGIN
  IF to_regclass('public.parcels') IS NOT NULL THEN ALTER TABLE public.parcels RENAME TO packages; END IF;
END $$;
COMMIT;

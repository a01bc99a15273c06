-- The table is called notes.
BEGIN;
SET LOCAL lock_timeout = '1s';
DO $$
BEGIN
  IF to_regclass('public.note') IS NOT NULL THEN
    ALTER TABLE public.note ADD COLUMN seen boolean;
  END IF;
END
$$;
COMMIT;

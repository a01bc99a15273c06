BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.letters'::regclass AND attname = 'words') THEN
    ALTER TABLE public.letters RENAME COLUMN words TO body;
  END IF;
END
$$;
COMMIT;

BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.letters'::regclass AND attname = 'bdy') THEN
    ALTER TABLE public.letters ADD COLUMN seen boolean;
  END IF;
END
$$;
COMMIT;

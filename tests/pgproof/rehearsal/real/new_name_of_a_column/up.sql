BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.letters'::regclass AND attname = 'body') THEN
    ALTER TABLE public.letters RENAME COLUMN body TO words;
  END IF;
END
$$;
COMMIT;

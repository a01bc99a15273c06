BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.letters'::regclass AND attname = 'body') THEN
    ALTER TABLE public.letters RENAME COLUMN body TO words;
    UPDATE public.letters SET words = NULL WHERE id = 1;
  END IF;
END
$$;
COMMIT;

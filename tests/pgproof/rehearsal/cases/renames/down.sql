BEGIN;
SET LOCAL lock_timeout = '1s';
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.notes'::regclass AND attname = 'written_by') THEN
    ALTER TABLE public.notes RENAME COLUMN written_by TO author;
  END IF;
END
$$;
COMMIT;

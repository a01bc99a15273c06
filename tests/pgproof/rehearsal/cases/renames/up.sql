BEGIN;
SET LOCAL lock_timeout = '1s';
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'public.notes'::regclass AND attname = 'author') THEN
    ALTER TABLE public.notes RENAME COLUMN author TO written_by;
  END IF;
END
$$;
COMMIT;

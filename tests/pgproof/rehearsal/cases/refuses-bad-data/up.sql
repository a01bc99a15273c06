BEGIN;
SET LOCAL lock_timeout = '1s';
DO $$
BEGIN
  IF EXISTS (SELECT FROM public.notes WHERE author IS NULL) THEN
    RAISE EXCEPTION 'notes without author';
  END IF;
END
$$;
ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS seen boolean;
CREATE OR REPLACE VIEW public.notes_author AS SELECT author, count(*) AS notes FROM public.notes GROUP BY author;
COMMIT;

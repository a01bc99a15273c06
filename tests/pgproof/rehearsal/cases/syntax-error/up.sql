BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS seen boolean;
CREATE OR REPLACE VIEW public.notes_author AS SELECT author, count(*) AS notes FROM public.notes GROUP BY author;
RAISE NOTICE 'added the view';
COMMIT;

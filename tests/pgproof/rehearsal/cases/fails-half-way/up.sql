SET lock_timeout = '1s';
CREATE OR REPLACE VIEW public.notes_author AS SELECT author, count(*) AS notes FROM public.notes GROUP BY author;
ALTER TABLE public.notes ALTER COLUMN writer SET NOT NULL;

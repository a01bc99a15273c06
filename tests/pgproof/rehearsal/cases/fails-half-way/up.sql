SET lock_timeout = '1s';
CREATE INDEX IF NOT EXISTS notes_author ON public.notes (author);
ALTER TABLE public.notes ALTER COLUMN writer SET NOT NULL;

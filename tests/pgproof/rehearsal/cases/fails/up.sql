BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS seen boolean;
CREATE INDEX IF NOT EXISTS notes_author ON public.notes (author);
ALTER TABLE public.notes
  ALTER COLUMN writer SET NOT NULL;
COMMIT;

BEGIN;
SET LOCAL lock_timeout = '1s';
CREATE INDEX IF NOT EXISTS notes_author ON public.notes (author);
COMMIT;

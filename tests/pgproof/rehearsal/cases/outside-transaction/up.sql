SET lock_timeout = '1s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_author ON public.notes (author);

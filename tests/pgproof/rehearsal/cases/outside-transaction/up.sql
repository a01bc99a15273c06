SET lock_timeout = '1s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_author ON public.notes (author);
COMMENT ON INDEX public.notes_author IS 'for the page of an author';

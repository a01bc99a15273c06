SET lock_timeout = '1s';
DROP INDEX CONCURRENTLY IF EXISTS public.notes_author;
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_author ON public.notes (author);
COMMENT ON INDEX public.notes_author IS 'for the page of an author';

SET lock_timeout = '1s';
DROP INDEX CONCURRENTLY IF EXISTS public.notes_author;
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_author ON public.notes (author);

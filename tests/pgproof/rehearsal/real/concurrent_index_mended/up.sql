SET lock_timeout = '2s';
DROP INDEX CONCURRENTLY IF EXISTS public.shelves_note;
CREATE INDEX CONCURRENTLY IF NOT EXISTS shelves_note ON public.shelves (note);

SET lock_timeout = '2s';
DROP INDEX CONCURRENTLY IF EXISTS public.shelves_label;
CREATE INDEX CONCURRENTLY IF NOT EXISTS shelves_label ON public.shelves (label);

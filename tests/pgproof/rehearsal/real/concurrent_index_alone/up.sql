SET lock_timeout = '2s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS shelves_aisle ON public.shelves (aisle);

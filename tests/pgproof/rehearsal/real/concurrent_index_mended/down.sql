SET lock_timeout = '2s';
DROP INDEX CONCURRENTLY IF EXISTS public.shelves_note;

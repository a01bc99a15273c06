SET lock_timeout = '1s';
DROP INDEX CONCURRENTLY IF EXISTS public.notes_author;

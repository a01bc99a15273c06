SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves DROP CONSTRAINT few;

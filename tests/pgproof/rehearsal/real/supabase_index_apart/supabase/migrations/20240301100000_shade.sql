SET lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN shade text;
CREATE INDEX CONCURRENTLY shelves_shade ON public.shelves (shade);

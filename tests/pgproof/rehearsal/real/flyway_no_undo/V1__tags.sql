SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN tags text[];

SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD CONSTRAINT few CHECK (cardinality(tags) < 10) NOT VALID;

-- Up Migration
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN size int;
ALTER TABLE public.shelves ADD COLUMN depth int;
-- Down Migration
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves DROP COLUMN size, DROP COLUMN depth;

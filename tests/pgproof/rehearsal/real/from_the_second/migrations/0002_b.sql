-- migrate:up
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN b int;
-- migrate:down
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves DROP COLUMN b;

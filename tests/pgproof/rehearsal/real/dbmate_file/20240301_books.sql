-- migrate:up
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN width int;
CREATE INDEX shelves_width ON public.shelves (width);

-- migrate:down
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves DROP COLUMN width;

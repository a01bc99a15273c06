-- migrate:up
CREATE INDEX CONCURRENTLY shelves_label ON public.shelves (label);
-- migrate:down
DROP INDEX public.shelves_label;

-- migrate:up
ALTER TABLE public.shelves ADD COLUMN a int;
UPDATE public.shelves SET label = 'changed';
-- migrate:down
SELECT 1;

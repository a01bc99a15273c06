SET lock_timeout = '2s';
CREATE TABLE IF NOT EXISTS public.boxes (id int PRIMARY KEY, shelf bigint);
SET lock_timeout = 0;
CREATE INDEX IF NOT EXISTS boxes_shelf ON public.boxes (shelf);
ALTER TABLE public.boxes ALTER COLUMN shelf SET NOT NULL;

SET lock_timeout = '3s';
ALTER TABLE public.jars ADD COLUMN IF NOT EXISTS shelf_id int REFERENCES public.shelves (id) DEFAULT NULL;

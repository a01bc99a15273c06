SET lock_timeout = '3s';
ALTER TABLE public.jars DROP COLUMN IF EXISTS shelf_id;

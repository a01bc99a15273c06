DROP TABLE IF EXISTS public.boxes;

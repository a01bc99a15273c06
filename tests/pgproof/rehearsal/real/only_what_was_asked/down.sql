SET lock_timeout = '2s';
DROP INDEX public.shelves_wing;
ALTER TABLE public.shelves DROP COLUMN wing;

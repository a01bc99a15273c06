SET lock_timeout = '3s';
ALTER TABLE public.recipes DROP COLUMN IF EXISTS portions;

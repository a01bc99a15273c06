SET lock_timeout = '2s';
ALTER TABLE public.parcels ADD COLUMN note text;

SET lock_timeout = '2s';
ALTER TABLE public.parcels ADD COLUMN code uuid DEFAULT gen_random_uuid();

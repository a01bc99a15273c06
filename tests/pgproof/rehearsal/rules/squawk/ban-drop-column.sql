SET lock_timeout = '2s';
ALTER TABLE public.parcels DROP COLUMN weight;

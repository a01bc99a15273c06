SET lock_timeout = '2s';
ALTER TABLE public.parcels ALTER COLUMN weight TYPE bigint;

SET lock_timeout = '2s';
ALTER TABLE public.parcels ALTER COLUMN weight SET NOT NULL;

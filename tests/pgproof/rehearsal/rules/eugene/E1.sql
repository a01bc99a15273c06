SET lock_timeout = '2s';
ALTER TABLE public.parcels ADD CONSTRAINT light CHECK (weight < 900);

SET lock_timeout = '2s';
ALTER TABLE public.parcels ADD CONSTRAINT one_weight UNIQUE (weight);

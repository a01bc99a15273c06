SET lock_timeout = '2s';
ALTER TABLE public.parcels ADD COLUMN twice int GENERATED ALWAYS AS (weight * 2) STORED;

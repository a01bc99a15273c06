SET lock_timeout = '2s';
ALTER TABLE public.parcels RENAME COLUMN weight TO grams;

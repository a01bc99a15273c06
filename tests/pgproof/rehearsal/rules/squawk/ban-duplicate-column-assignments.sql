SET lock_timeout = '2s';
UPDATE public.parcels SET weight = 1, weight = 2;

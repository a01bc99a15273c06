SET lock_timeout = '2s';
CREATE INDEX parcels_depot ON public.parcels (depot);

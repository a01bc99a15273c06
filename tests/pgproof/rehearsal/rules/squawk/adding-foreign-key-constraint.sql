SET lock_timeout = '2s';
ALTER TABLE public.parcels ADD CONSTRAINT parcels_depot FOREIGN KEY (depot) REFERENCES public.depots (id);

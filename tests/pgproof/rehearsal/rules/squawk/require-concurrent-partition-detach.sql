SET lock_timeout = '2s';
ALTER TABLE public.stops DETACH PARTITION public.stops_24;

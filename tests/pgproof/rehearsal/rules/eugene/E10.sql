SET lock_timeout = '2s';
ALTER TABLE public.parcels SET UNLOGGED;

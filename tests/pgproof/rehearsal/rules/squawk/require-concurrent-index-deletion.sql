SET lock_timeout = '2s';
DROP INDEX public.parcels_label;

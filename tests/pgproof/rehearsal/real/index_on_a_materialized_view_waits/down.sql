SET lock_timeout = '3s'; DROP INDEX IF EXISTS public.ride_counts_rides;

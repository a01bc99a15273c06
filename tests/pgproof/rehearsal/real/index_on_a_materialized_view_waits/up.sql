CREATE INDEX IF NOT EXISTS ride_counts_rides ON public.ride_counts (rides);

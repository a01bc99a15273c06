CREATE INDEX IF NOT EXISTS rides_town ON public.rides (town);

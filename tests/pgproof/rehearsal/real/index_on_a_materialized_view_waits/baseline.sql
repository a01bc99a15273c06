CREATE TABLE public.rides (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, town text NOT NULL);
INSERT INTO public.rides (town) SELECT 'town ' || n % 7 FROM generate_series(1, 50) AS n;
CREATE MATERIALIZED VIEW public.ride_counts AS SELECT town, count(*) AS rides FROM public.rides GROUP BY town;

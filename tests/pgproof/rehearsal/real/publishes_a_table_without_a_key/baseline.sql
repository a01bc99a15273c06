CREATE TABLE public.rides (id int PRIMARY KEY, place text);
CREATE TABLE public.riders (id int PRIMARY KEY, name text);
ALTER TABLE public.rides ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.riders ENABLE ROW LEVEL SECURITY;
CREATE PUBLICATION feed FOR TABLE public.rides, public.riders;
CREATE TABLE public.visits (rider int, at date);
INSERT INTO public.visits VALUES (1, '2026-01-01');

-- What each rule's migration begins with.
CREATE DOMAIN public.grams AS int;
CREATE TABLE public.parcels (id int PRIMARY KEY, label varchar(20), weight int, depot int, mass public.grams);
CREATE INDEX parcels_label ON public.parcels (label);
CREATE TABLE public.depots (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.tags (tag int);
CREATE UNIQUE INDEX tags_tag ON public.tags (tag);
CREATE TABLE public.stops (id int, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE public.stops_24 PARTITION OF public.stops FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TYPE public.mood AS ENUM ('calm', 'busy');
INSERT INTO public.depots VALUES (1, 'north'), (2, 'south');
INSERT INTO public.parcels SELECT n, 'p' || n, n, 1 + n % 2 FROM generate_series(1, 10) AS n;
INSERT INTO public.tags SELECT generate_series(1, 10);

CREATE TYPE public.state AS ENUM ('open', 'done');
CREATE TABLE public.parcels (id int PRIMARY KEY, state public.state NOT NULL);
INSERT INTO public.parcels VALUES (1, 'open'), (2, 'done');

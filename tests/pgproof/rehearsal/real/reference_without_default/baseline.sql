CREATE TABLE public.shelves (id int PRIMARY KEY);
CREATE TABLE public.jars (id int PRIMARY KEY);
INSERT INTO public.shelves VALUES (1);
INSERT INTO public.jars VALUES (1), (2);

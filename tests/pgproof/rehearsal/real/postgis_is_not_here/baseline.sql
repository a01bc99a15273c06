CREATE TABLE public.clubs (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO public.clubs VALUES (1, 'Chess');

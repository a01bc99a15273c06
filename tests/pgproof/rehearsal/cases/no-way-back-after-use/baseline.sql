CREATE TABLE public.notes (id int PRIMARY KEY, body text NOT NULL);
INSERT INTO public.notes VALUES (1, 'first'), (2, 'second');

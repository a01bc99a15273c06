CREATE TABLE public.notes (id integer PRIMARY KEY, body text NOT NULL, author text);
INSERT INTO public.notes VALUES (1, 'first', 'ada'), (2, 'second', 'bob'), (3, 'third', 'ada');
CREATE SEQUENCE public.part;

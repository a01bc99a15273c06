CREATE TABLE public.shelves (id int PRIMARY KEY);
CREATE TABLE public.books (id int PRIMARY KEY, title varchar(8) NOT NULL, pages int CHECK (pages BETWEEN 1 AND 900),
  shelf int CONSTRAINT on_shelf REFERENCES public.shelves);
INSERT INTO public.shelves VALUES (1), (2);
INSERT INTO public.books VALUES (1, 'Emma', 400, 1), (2, 'Ulysses', 730, 2);

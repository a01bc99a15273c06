CREATE TABLE public.shelves (id int PRIMARY KEY, label text NOT NULL);
INSERT INTO public.shelves VALUES (1, 'top'), (2, 'bottom');

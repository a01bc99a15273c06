CREATE TABLE public.letters (id int PRIMARY KEY, box text NOT NULL DEFAULT 'in', body text);
INSERT INTO public.letters VALUES (1, 'in', 'one'), (2, 'out', 'two');

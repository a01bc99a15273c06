DROP ROLE IF EXISTS rehearsed_clerk;
CREATE ROLE rehearsed_clerk LOGIN;
CREATE TABLE public.letters (id int PRIMARY KEY, box text NOT NULL DEFAULT 'in', body text);
INSERT INTO public.letters VALUES (1, 'in', 'one'), (2, 'out', 'two');

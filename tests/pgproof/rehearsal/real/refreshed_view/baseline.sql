CREATE TABLE public.letters (id int PRIMARY KEY, box text NOT NULL DEFAULT 'in', body text);
INSERT INTO public.letters VALUES (1, 'in', 'one'), (2, 'out', 'two');
CREATE MATERIALIZED VIEW public.busy AS SELECT box, count(*) AS letters FROM public.letters GROUP BY box;
CREATE UNIQUE INDEX ON public.busy (box);
INSERT INTO public.letters VALUES (3, 'spam', 'three');

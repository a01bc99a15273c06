CREATE TABLE public.recipes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL);
INSERT INTO public.recipes (title) VALUES ('soup'), ('bread');

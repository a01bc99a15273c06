CREATE TABLE public.stamps (name text);
INSERT INTO public.stamps VALUES ('old'), ('old'), ('new');

CREATE TABLE public.boxes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE public.labels (box bigint PRIMARY KEY REFERENCES public.boxes);
INSERT INTO public.boxes (name) VALUES ('in'), ('out');
INSERT INTO public.labels SELECT id FROM public.boxes;

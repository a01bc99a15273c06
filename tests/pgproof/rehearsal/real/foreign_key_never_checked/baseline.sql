CREATE TABLE public.halls (id int PRIMARY KEY);
CREATE TABLE public.seats (id int PRIMARY KEY, hall int NOT NULL);
INSERT INTO public.halls VALUES (1);
INSERT INTO public.seats VALUES (1, 1);

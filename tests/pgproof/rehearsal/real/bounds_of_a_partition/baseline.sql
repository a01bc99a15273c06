CREATE TABLE public.days (day int NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE public.days_1 PARTITION OF public.days FOR VALUES FROM (1) TO (10);
INSERT INTO public.days VALUES (3);

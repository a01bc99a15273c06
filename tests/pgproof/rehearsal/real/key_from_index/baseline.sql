CREATE TABLE public.bays (aisle_no int);
INSERT INTO public.bays SELECT generate_series(1, 50);
CREATE UNIQUE INDEX bays_aisle_no ON public.bays (aisle_no);

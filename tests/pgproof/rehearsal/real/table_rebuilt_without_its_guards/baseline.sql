CREATE TABLE public.rides (id int PRIMARY KEY, rider text);
INSERT INTO public.rides VALUES (1, 'ada');
ALTER TABLE public.rides ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.rides USING (rider = current_user);

CREATE TABLE public.crew (boat int, sailor text, PRIMARY KEY (boat, sailor));
INSERT INTO public.crew VALUES (1, 'ada');
ALTER TABLE public.crew ENABLE ROW LEVEL SECURITY;

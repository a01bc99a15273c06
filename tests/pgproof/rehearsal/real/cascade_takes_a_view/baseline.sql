CREATE ROLE clerk;
CREATE TABLE public.wages (id int PRIMARY KEY, amount int NOT NULL, clerk text);
INSERT INTO public.wages VALUES (1, 100, 'ada');
CREATE VIEW public.pay WITH (security_invoker = true) AS SELECT id, amount FROM public.wages;
GRANT SELECT ON public.pay TO clerk;

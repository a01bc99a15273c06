BEGIN;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS public.pay;
CREATE VIEW public.pay WITH (security_invoker = true) AS SELECT id, amount FROM public.wages;
GRANT SELECT ON public.pay TO clerk;
COMMIT;

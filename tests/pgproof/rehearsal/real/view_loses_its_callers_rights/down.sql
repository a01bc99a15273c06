BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE VIEW public.pay WITH (security_invoker = true) AS SELECT id, amount FROM public.wages;
COMMIT;
